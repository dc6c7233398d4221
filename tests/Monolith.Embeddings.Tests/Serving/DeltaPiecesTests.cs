using Monolith.Embeddings.Serving;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Stores.Memory;
using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Tests.Serving;

/// <summary>A delta that travels in pieces, and who is told of it.</summary>
public sealed class DeltaPiecesTests
{
    private const string Fault = nameof(SnapshotException.Fault);

    [Test]
    public async Task A_file_put_together_of_its_pieces_in_any_order_is_applied([Range(1, 8)] int seed)
    {
        using var trained = new TrainedModel(seed: seed);
        for (var i = 0; i < 10; i++) trained.Train();
        await trained.CommitAsync(full: true);
        await using var replica = await trained.OpenAsync();
        var random = new Random(seed);
        for (var round = 0; round < 5; round++)
        {
            trained.Train();
            var commit = await trained.CommitAsync();
            var delta = await trained.DeltaAsync(commit);
            using var file = await delta.OpenAsync();
            var pieces = delta.ListPieces(file);
            Assert.That(pieces.Any(piece => piece.FirstHash > 0), Is.True, "pieces of several ranges");
            Assert.That(pieces.Any(piece => piece.FirstHash is null), Is.True);
            AssertWithoutGap(pieces, file.Length);
            var bytes = new byte[file.Length];
            foreach (var piece in pieces.OrderBy(_ => random.Next()))
                file.Read(piece.Offset, bytes.AsSpan((int)piece.Offset, (int)piece.Length));
            Assert.That(await replica.ApplyAsync(new DeltaSnapshot(trained.Chain.Id, commit, bytes)), Is.EqualTo(DeltaOutcome.Applied));
            trained.AssertEquals(replica);
        }
    }

    [Test]
    public async Task Another_file_is_refused()
    {
        using var trained = new TrainedModel();
        trained.Train();
        await trained.CommitAsync(full: true);
        trained.Train();
        var delta = await trained.DeltaAsync(await trained.CommitAsync());
        trained.Train();
        var other = await trained.ReadAsync((await trained.CommitAsync()).Serving!.Name);
        using var longer = new MemorySnapshotFile("other", other);
        Assert.That(() => delta.ListPieces(longer), Throws.TypeOf<SnapshotException>().With.Property(Fault).EqualTo(SnapshotFault.Damaged));
        var changed = await trained.ReadAsync(delta.File.Name);
        changed[^1] ^= 1;
        using var damaged = new MemorySnapshotFile("changed", changed);
        var refused = Throws.TypeOf<SnapshotException>().With.Property(Fault).EqualTo(SnapshotFault.Damaged);
        Assert.That(() => delta.ListPieces(damaged), refused);
    }

    [Test]
    public async Task Who_is_told_of_a_commit_finds_it_in_the_manifest_and_may_throw()
    {
        using var trained = new TrainedModel();
        await trained.Chain.DisposeAsync();
        var told = new Told(trained.Store);
        using var tables = new EmbeddingTableSet(trained.Schema, new() { Seed = 5, MemoryLimitBytes = 64 << 20 });
        await using var chain = await SnapshotChain.OpenAsync(trained.Store, tables, new() { Committed = told }, trained.Time);
        tables.Tables[0].Assign([1L], new float[tables.Tables[0].Dimension], At.Seconds(1));
        var full = await chain.CommitAsync(new Dictionary<string, ReadOnlyMemory<byte>>());
        tables.Tables[0].Assign([2L], new float[tables.Tables[0].Dimension], At.Seconds(2));
        told.Throws = true;
        var delta = await chain.CommitAsync(new Dictionary<string, ReadOnlyMemory<byte>>());
        Assert.That(told.Commits, Is.EqualTo(new[] { full, delta }));
        Assert.That(chain.Newest, Is.EqualTo(delta));
    }

    private sealed class Told(SnapshotStore store) : IProgress<SnapshotCommit>
    {
        public List<SnapshotCommit> Commits { get; } = [];

        public bool Throws { get; set; }

        public void Report(SnapshotCommit value)
        {
            var stored = store.ReadManifestAsync().AsTask().GetAwaiter().GetResult();
            Assert.That(SnapshotManifest.Parse(stored!.Bytes.Span).Newest, Is.EqualTo(value));
            Commits.Add(value);
            if (Throws) throw new InvalidOperationException("told");
        }
    }

    private static void AssertWithoutGap(IReadOnlyList<DeltaPiece> pieces, long length)
    {
        var end = 0L;
        foreach (var piece in pieces)
        {
            Assert.That(piece.Offset, Is.EqualTo(end));
            Assert.That(piece.Length, Is.GreaterThan(0));
            end += piece.Length;
        }
        Assert.That(end, Is.EqualTo(length));
    }
}
