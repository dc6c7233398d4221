// docs/extending.md shows what stands between the two marks, to the letter; ExtendingPageTests holds that.
// <page>
using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Validation;

/// <summary>A row lives some time for each occurrence that it has learned from, up to a number of them. The table must track frequencies.</summary>
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
    private readonly uint _seconds = (uint)options.EachOccurrence.TotalSeconds, _most = options.MostOccurrences;

    public override string Name => "longer-if-frequent";

    public override bool IsExpired(in RowMetadata row, in ExpiryTime now) => SecondsLeft(row, now) == 0;

    public override TimeSpan? TimeLeft(in RowMetadata row, in ExpiryTime now) => TimeSpan.FromSeconds(SecondsLeft(row, now));

    // Ids that wait for a row are forgotten as rows of one occurrence are.
    public override uint? ForgetPendingUpTo(in ExpiryTime now) => now.NewestEvent >= _seconds ? now.NewestEvent - _seconds : null;

    private long SecondsLeft(in RowMetadata row, in ExpiryTime now) =>
        Math.Max(0, row.LastUpdate + (long)Math.Clamp(row.Frequency, 1, _most) * _seconds - now.NewestEvent);
}
// </page>
