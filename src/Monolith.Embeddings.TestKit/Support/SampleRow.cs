using Monolith.Embeddings.Expiry;

namespace Monolith.Embeddings.TestKit.Support;

/// <summary>A row, as policies are told about it, at a time.</summary>
internal readonly record struct SampleRow(long Id, uint LastUpdate, uint Frequency, uint AdmittedAt, uint Now)
{
    private const uint Year = 365 * 86400;

    /// <summary>Rows just changed, aged by up to a year, changed in the future, and at both ends of time.</summary>
    public static IReadOnlyList<SampleRow> All { get; } = [.. Draw()];

    // A method: the words of a record are made of its properties, and a ref struct has none.
    public RowMetadata Known() => new(Id, LastUpdate, Frequency, AdmittedAt);

    /// <summary>Event time and clock, a little apart, some seconds later.</summary>
    public ExpiryTime After(long seconds = 0) => new((uint)Math.Clamp(Now + seconds, 0, uint.MaxValue), (uint)Math.Clamp(Now + seconds + 5, 0, uint.MaxValue));

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
