using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Rows;

namespace Monolith.Embeddings.TestKit.Support;

/// <summary>A row, as policies are told about it, at a time. Times are seconds since the Unix epoch.</summary>
internal readonly record struct SampleRow(long Id, uint LastUpdate, uint Frequency, uint AdmittedAt, uint Now)
{
    private const uint Year = 365 * 86400;

    private static readonly float[][] Weights =
        [[0, 0, 0, 0], [1e-5f, 0, -1e-5f, 0], [0.5f, -1, 2, 3], [float.MaxValue, 0, 0, -float.MaxValue]];

    /// <summary>Rows just changed, aged by up to a year, changed in the future, and at both ends of time.</summary>
    public static IReadOnlyList<SampleRow> All { get; } = [.. Draw()];

    /// <summary>What a policy is told, with weights only where it says that it reads them.</summary>
    public RowMetadata Row(bool withWeights) =>
        new(Id, TimeOf(LastUpdate), Frequency, TimeOf(AdmittedAt), withWeights ? Weights[(int)(Frequency % Weights.Length)] : default);

    /// <summary>Event time and clock, a little apart, some seconds later.</summary>
    public ExpiryTime After(long seconds = 0) => new()
    {
        NewestEventTime = TimeOf(Math.Clamp(Now + seconds, 0, uint.MaxValue)),
        Clock = TimeOf(Math.Clamp(Now + seconds + 5, 0, uint.MaxValue)),
    };

    private static DateTimeOffset TimeOf(long seconds) => DateTimeOffset.FromUnixTimeSeconds(seconds);

    private static IEnumerable<SampleRow> Draw()
    {
        var draws = new Draws(1);
        uint[] ages = [0, 1, 59, 3600, 86_399, 86_400, 86_401, 30 * 86_400, Year];
        for (var i = 0; i < 200; i++)
        {
            var now = 1_700_000_000 + (uint)draws.Below(1 << 20);
            var updated = now - (i % 2 == 0 ? ages[i / 2 % ages.Length] : (uint)draws.Below((int)Year));
            yield return new SampleRow((long)draws.Next(), updated, (uint)draws.Below(100), updated - (uint)draws.Below(1000), now);
        }
        yield return new SampleRow(0, 0, 0, 0, 0);
        yield return new SampleRow(-1, 0, uint.MaxValue, 0, uint.MaxValue);
        yield return new SampleRow(long.MinValue, uint.MaxValue, 1, uint.MaxValue, 0);
        yield return new SampleRow(long.MaxValue, uint.MaxValue, 1, 0, uint.MaxValue);
    }
}
