using Monolith.Embeddings.Snapshots;

namespace Monolith.Embeddings.Tests.Snapshots;

/// <summary>Commits and chains.</summary>
internal static class TestChain
{
    public static readonly DateTimeOffset Start = new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);

    public static SnapshotCommit Full(ulong number, ulong to, ulong incarnation = 1) =>
        Commit(SnapshotKind.Full, number, 0, to, incarnation);

    public static SnapshotCommit Delta(ulong number, ulong from, ulong to, ulong incarnation = 1) =>
        Commit(SnapshotKind.Delta, number, from, to, incarnation);

    /// <summary>A full, a delta, another trainer's delta, and a full made of the first two.</summary>
    public static SnapshotManifest Manifest() =>
        SnapshotManifest.Begin(
            TestSnapshot.Chain).Append(Full(1, 10)).Append(Delta(2, 10, 12)).TakeOver().Append(Delta(3, 12, 20, incarnation: 2))
            .Compact(Full(2, 12) with { Serving = null });

    /// <summary>The same, whose trainers and commits have identities.</summary>
    public static SnapshotManifest ManifestWithIdentities()
    {
        var (one, two) = (new Guid("aaaaaaaa-0000-4000-8000-000000000001"), new Guid("bbbbbbbb-0000-4000-8000-000000000002"));
        var (first, second) = (new Guid("11111111-1111-4111-8111-111111111111"), new Guid("22222222-2222-4222-8222-222222222222"));
        var third = new Guid("33333333-3333-4333-8333-333333333333");
        return SnapshotManifest.Begin(TestSnapshot.Chain, one)
            .Append(Full(1, 10) with { Id = first, Trainer = one })
            .Append(Delta(2, 10, 12) with { Id = second, Parent = first, Trainer = one })
            .TakeOver(two)
            .Append(Delta(3, 12, 20, incarnation: 2) with { Id = third, Parent = second, Trainer = two })
            .Compact(Full(2, 12) with { Serving = null, Id = second, Trainer = one });
    }

    /// <summary>Commits that append and drop segments, and that two processes wrote.</summary>
    public static SnapshotManifest ManifestWithParts()
    {
        var (trainer, first, second) = (
            new Guid("aaaaaaaa-0000-4000-8000-000000000001"), new Guid("11111111-1111-4111-8111-111111111111"),
            new Guid("22222222-2222-4222-8222-222222222222"));
        var (a, b) = (Segment("hour 1", 1), Segment("hour 2", 2));
        return SnapshotManifest.Begin(TestSnapshot.Chain, trainer)
            .Append(Full(1, 10) with { Id = first, Trainer = trainer, Parts = [Part(1)], Segments = [a] })
            .Append(Delta(2, 10, 12) with
            {
                Id = second,
                Parent = first,
                Trainer = trainer,
                Parts = [Part(2)],
                Segments = [b],
                DroppedSegments = [a],
            });
    }

    private static SnapshotSegment Segment(string name, int number) => new()
    {
        Section = "open impressions",
        Name = name,
        File = new() { Name = $"segment-{number}.bytes", Length = 1000 + number, Crc32C = 0x89ABCDEF },
    };

    private static SnapshotPart Part(int number) => new()
    {
        Name = "shard é",
        Rows = 7,
        Tombstones = number - 1,
        Training = new() { Name = $"part-{number}.training", Length = 900, Crc32C = 0x00000001 },
        Serving = new() { Name = $"part-{number}.serving", Length = 800, Crc32C = 0x00000002 },
    };

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
            Training = new() { Name = $"{name}.training", Length = 100_000, Crc32C = 0x0123ABCD },
            Serving = new() { Name = $"{name}.serving", Length = 50_000, Crc32C = 0xFFFFFFFF },
        };
    }
}
