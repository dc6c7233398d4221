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

    /// <summary>Commits of which replicas get two tables less often.</summary>
    public static SnapshotManifest ManifestWithServedTables()
    {
        var trainer = new Guid("aaaaaaaa-0000-4000-8000-000000000001");
        Guid[] ids = [.. Enumerable.Range(1, 4).Select(i => new Guid($"{i}{i}111111-1111-4111-8111-111111111111"))];
        return SnapshotManifest.Begin(TestSnapshot.Chain, trainer)
            .Append(Full(1, 10) with { Id = ids[0], Trainer = trainer, Parts = [Part(1)] })
            .Append(Next(2, 10, 12, Served("items é", 1, 1), Served("users", 1, 1)))
            .Append(Next(3, 12, 15, Served("items é", 1, 1), Served("users", 1, 3)))
            .Append(Next(4, 15, 20, Served("items é", 1, 4)));

        SnapshotCommit Next(ulong number, ulong from, ulong to, params ServedTable[] tables) => Delta(number, from, to) with
        {
            Id = ids[number - 1],
            Parent = ids[number - 2],
            Trainer = trainer,
            Parts = [Part((int)number)],
            ServedTables = tables,
        };
    }

    /// <summary>The chain of the last, whose trainer gave a sign of life.</summary>
    public static SnapshotManifest ManifestWithHeartbeat()
    {
        var manifest = ManifestWithServedTables();
        return manifest.Beat(manifest.Trainer, new SnapshotHeartbeat
        {
            Time = Start.AddMilliseconds(1234),
            Every = TimeSpan.FromSeconds(10),
            State = HeartbeatState.Training,
            Examples = 1_234_567,
            Uncommitted = 890,
            EventTime = Start.AddMinutes(-5),
        });
    }

    /// <summary>What replicas get of a table.</summary>
    public static ServedTable Served(string name, ulong from, ulong to) => new() { Name = name, From = from, To = to };

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
