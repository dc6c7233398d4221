using Monolith.Embeddings.Snapshots;

namespace Monolith.Embeddings.Tests.Snapshots;

/// <summary>Commits and chains.</summary>
internal static class TestChain
{
    public static readonly DateTimeOffset Start = new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);

    public static SnapshotCommit Full(ulong number, ulong to, ulong incarnation = 1) => Commit(SnapshotKind.Full, number, 0, to, incarnation);

    public static SnapshotCommit Delta(ulong number, ulong from, ulong to, ulong incarnation = 1) => Commit(SnapshotKind.Delta, number, from, to, incarnation);

    /// <summary>A full, a delta, another trainer's delta, and a full made of the first two.</summary>
    public static SnapshotManifest Manifest() =>
        SnapshotManifest.Begin(TestSnapshot.Chain).Append(Full(1, 10)).Append(Delta(2, 10, 12)).TakeOver().Append(Delta(3, 12, 20, incarnation: 2))
            .Compact(Full(2, 12) with { Serving = null });

    private static SnapshotCommit Commit(SnapshotKind kind, ulong number, ulong from, ulong to, ulong incarnation)
    {
        var name = $"{(kind == SnapshotKind.Full ? "full" : "delta")}-{incarnation}-{number}";
        return new SnapshotCommit
        {
            Number = number,
            Kind = kind,
            Incarnation = incarnation,
            From = from,
            To = to,
            Created = Start.AddMinutes(number),
            Rows = 1000 + (long)number,
            Tombstones = kind == SnapshotKind.Full ? 0 : 5,
            Training = new($"{name}.training", 100_000, 0x0123ABCD),
            Serving = new($"{name}.serving", 50_000, 0xFFFFFFFF),
        };
    }
}
