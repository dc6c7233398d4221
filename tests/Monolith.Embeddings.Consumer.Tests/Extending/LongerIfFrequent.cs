// docs/extending.md shows what stands between the two marks, to the letter; ExtendingPageTests holds that.
// <page>
using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Validation;

/// <summary>
/// A row lives some time for each occurrence that it has learned from, up to a number of them. The table must track frequencies.
/// </summary>
public sealed class LongerIfFrequentOptions : ExpiryPolicyOptions
{
    public TimeSpan EachOccurrence { get; set; } = TimeSpan.FromDays(1);

    public uint MostOccurrences { get; set; } = 30;

    public override ExpiryPolicy Create() => new LongerIfFrequent(this);

    public override void CollectErrors(OptionErrors errors)
    {
        errors.InRange(nameof(EachOccurrence), EachOccurrence.TotalSeconds, 1, 86_400 * 365);
        errors.InRange(nameof(MostOccurrences), MostOccurrences, 1, 1000);
    }
}

public sealed class LongerIfFrequent(LongerIfFrequentOptions options) : ExpiryPolicy
{
    private readonly TimeSpan _each = options.EachOccurrence;
    private readonly uint _most = options.MostOccurrences;

    public override string Name => "longer-if-frequent";

    public override bool IsExpired(in RowMetadata row, in ExpiryTime now) => Left(row, now) == TimeSpan.Zero;

    public override TimeSpan? TimeLeft(in RowMetadata row, in ExpiryTime now) => Left(row, now);

    // Ids that wait for a row are forgotten as rows of one occurrence are.
    public override DateTimeOffset? ForgetPendingUpTo(in ExpiryTime now) => now.NewestEventTime - _each;

    private TimeSpan Left(in RowMetadata row, in ExpiryTime now)
    {
        var left = row.LastUpdate + Math.Floor(Math.Clamp(row.Frequency, 1, _most)) * _each - now.NewestEventTime;
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }
}
// </page>
