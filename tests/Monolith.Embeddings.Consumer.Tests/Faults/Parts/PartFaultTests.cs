using System.Text;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Consumer.Tests.Faults.Parts;

/// <summary>
/// Parts of commits and segments that are used wrongly: disposed twice or in the middle, given twice, of another chain, with counts that
/// no part has. What is refused leaves the chain able to go on.
/// </summary>
public sealed class PartFaultTests
{
    private static readonly SnapshotCommitContents Shard = new() { PartNames = ["shard"] };

    [Test]
    public async Task A_part_that_is_disposed_again_does_not_let_a_third_begin()
    {
        using var f = await Fixture.OpenAsync();
        await using var pending = await f.Chain.CutAsync(Shard);
        var first = await f.Writer.CutAsync(pending.Plan);
        await first.DisposeAsync();
        await using var second = await f.Writer.CutAsync(pending.Plan with { To = pending.Plan.To + 1 });
        await first.DisposeAsync();
        Assert.That(() => f.Writer.CutAsync(pending.Plan with { To = pending.Plan.To + 2 }), Throws.InvalidOperationException);
    }

    [Test]
    public async Task A_writer_that_is_disposed_cuts_no_more()
    {
        using var f = await Fixture.OpenAsync();
        await using var pending = await f.Chain.CutAsync(Shard);
        f.Writer.Dispose();
        Assert.That(() => f.Writer.CutAsync(pending.Plan), Throws.TypeOf<ObjectDisposedException>());
    }

    [Test]
    public async Task A_plan_is_answered_once()
    {
        using var f = await Fixture.OpenAsync();
        await using var pending = await f.Chain.CutAsync(Shard);
        await using (await f.Writer.CutAsync(pending.Plan))
        {
        }
        Assert.That(
            () => f.Writer.CutAsync(pending.Plan),
            Throws.TypeOf<SnapshotException>().With.Property("Fault").EqualTo(SnapshotFault.Refused));
    }

    [Test]
    public async Task Parts_that_no_writer_wrote_are_refused([Range(0, 6)] int kind)
    {
        using var f = await Fixture.OpenAsync();
        await f.CommitAsync(parts => parts);
        Assert.That(() => f.CommitAsync(parts => kind switch
        {
            0 => [parts[0] with { Rows = long.MaxValue }],
            1 => [parts[0] with { Rows = -1 }],
            2 => [parts[0], parts[0]],
            3 => [parts[0] with { Name = "" }],
            4 => [parts[0] with { Tombstones = long.MinValue }],
            5 => [parts[0] with { Serving = null }],
            _ => [parts[0] with { Training = parts[0].Training with { Name = "../x" } }],
        }), Throws.TypeOf<SnapshotException>().Or.TypeOf<ArgumentException>());
        await f.CommitAsync(parts => parts);
        Assert.That(f.Chain.Newest!.Number, Is.EqualTo(2));
        Assert.That((await SnapshotInspector.VerifyAsync(f.Store)).Problems, Is.Empty);
    }

    [Test]
    public async Task Nulls_are_refused_by_name()
    {
        using var f = await Fixture.OpenAsync();
        Assert.That(() => f.CommitAsync(_ => [null!]), Throws.InstanceOf<ArgumentException>());
        Assert.That(() => CutAsync(new() { AppendedSegments = [null!] }), Throws.InstanceOf<ArgumentException>());
        Assert.That(() => CutAsync(new() { DroppedSegments = [null!] }), Throws.InstanceOf<ArgumentException>());
        Assert.That(() => CutAsync(new() { AppendedSegments = null! }), Throws.InstanceOf<ArgumentException>());
        Assert.That(() => CutAsync(new() { DroppedSegments = null! }), Throws.InstanceOf<ArgumentException>());
        Assert.That(async () => await f.Chain.DiscardSegmentsAsync([null!]), Throws.InstanceOf<ArgumentException>());
        Assert.That((await f.CommitAsync(parts => parts)).Number, Is.EqualTo(1));

        async Task CutAsync(SnapshotCommitContents contents) => await (await f.Chain.CutAsync(contents)).DisposeAsync();
    }

    [Test]
    public async Task A_segment_may_be_written_by_a_writer_that_closes_its_stream()
    {
        using var f = await Fixture.OpenAsync();
        var segment = await f.Chain.WriteSegmentAsync("log", "a", async (stream, _) =>
        {
            await using var writer = new StreamWriter(stream, Encoding.UTF8);
            await writer.WriteAsync("text");
        });
        await (await f.CutAsync(new() { AppendedSegments = [segment] })).WriteAsync();
        using var reader = new StreamReader(await f.Chain.OpenSegmentAsync(segment));
        Assert.That(await reader.ReadToEndAsync(), Is.EqualTo("text"));
    }

    [Test]
    public async Task Segments_that_are_not_of_the_chain_fail_the_commit_and_not_the_next([Range(0, 5)] int kind)
    {
        using var f = await Fixture.OpenAsync();
        using var other = await Fixture.OpenAsync();
        var (mine, foreign) = (await f.WriteSegmentAsync("a"), await other.WriteSegmentAsync("a"));
        var wrong = kind switch
        {
            0 => foreign,
            1 => mine with { Section = "other" },
            2 => mine with { File = mine.File with { Length = mine.File.Length + 1 } },
            3 => mine with { File = mine.File with { Crc32C = ~mine.File.Crc32C } },
            4 => mine with { Section = "a/b" },
            _ => mine with { Name = "" },
        };
        Assert.That(
            async () => await (await f.CutAsync(new() { AppendedSegments = [wrong] })).WriteAsync(),
            Throws.InstanceOf<SnapshotException>().Or.InstanceOf<ArgumentException>());
        await f.EndAsync();
        await (await f.CutAsync(new() { AppendedSegments = [mine, mine] })).WriteAsync();
        Assert.That(f.Chain.Segments, Is.EqualTo(new[] { mine }));
        Assert.That((await SnapshotInspector.VerifyAsync(f.Store)).Problems, Is.Empty);
    }

    [Test]
    public async Task A_segment_that_a_commit_names_is_not_discarded()
    {
        using var f = await Fixture.OpenAsync();
        var segment = await f.WriteSegmentAsync("a");
        await (await f.CutAsync(new() { AppendedSegments = [segment] })).WriteAsync();
        await f.Chain.DiscardSegmentsAsync([segment]);
        Assert.That((await SnapshotInspector.VerifyAsync(f.Store)).Problems, Is.Empty);
    }

    [Test]
    public async Task Ranges_may_be_the_trainers_tables_where_commits_are_restored_before_they_are_published()
    {
        var store = new MemorySnapshotStore();
        EmbeddingTableSet[] sets = [.. Enumerable.Range(0, 4).Select(i => Fixture.Tables(new IdRange(i, 4)))];
        try
        {
            using var chain = await SnapshotChain.OpenAsync(store, sets[0], new() { RestoreParts = false, RestoreBeforePublishing = true });
            foreach (var set in sets)
            {
                long[] ids = [.. Enumerable.Range(0, 400).Select(id => (long)id).Where(id => set.Tables[0].Range.Contains(id))];
                set.Tables[0].Part!.SetQuota(1000, 0);
                set.Tables[0].Assign(ids, new float[ids.Length * 2], DateTimeOffset.UnixEpoch);
            }
            await using var pending = await chain.CutAsync(new SnapshotCommitContents { PartNames = ["1", "2", "3"] });
            var parts = new List<SnapshotPart>();
            foreach (var set in sets.Skip(1))
            {
                using var writer = await SnapshotPartWriter.OpenAsync(store, set, $"{set.Tables[0].Range.Index}");
                await using var part = await writer.CutAsync(pending.Plan);
                parts.Add(await part.WriteAsync());
            }
            Assert.That((await pending.WriteAsync(parts)).Rows, Is.EqualTo(400));
        }
        finally
        {
            foreach (var set in sets) set.Dispose();
        }
    }

    private sealed class Fixture : IDisposable
    {
        private readonly EmbeddingTableSet _own = Tables(null), _other = Tables(null);
        private PendingSnapshot? _pending;
        private long _next;

        public MemorySnapshotStore Store { get; } = new();

        public SnapshotChain Chain { get; private set; } = null!;

        public SnapshotPartWriter Writer { get; private set; } = null!;

        public static EmbeddingTableSet Tables(IdRange? range)
        {
            var options = new EmbeddingTableOptions { Name = "t" };
            options.Segments.Add(new SegmentOptions { Name = "vector", Dimension = 2 });
            return new(new TableSchema([options]), new() { MemoryLimitBytes = 16 << 20, Seed = 3, Range = range });
        }

        public static async Task<Fixture> OpenAsync()
        {
            var fixture = new Fixture();
            fixture.Chain = await SnapshotChain.OpenAsync(fixture.Store, fixture._own, new() { RestoreParts = false });
            fixture.Writer = await SnapshotPartWriter.OpenAsync(fixture.Store, fixture._other, "shard");
            return fixture;
        }

        public Task<SnapshotSegment> WriteSegmentAsync(string name) =>
            Chain.WriteSegmentAsync("log", name, async (stream, stop) => await stream.WriteAsync(Encoding.UTF8.GetBytes(name), stop));

        public async Task<PendingSnapshot> CutAsync(SnapshotCommitContents contents) => _pending = await Chain.CutAsync(contents);

        public ValueTask EndAsync() => _pending?.DisposeAsync() ?? default;

        public async Task<SnapshotCommit> CommitAsync(Func<SnapshotPart[], IReadOnlyList<SnapshotPart>> change)
        {
            _own.Tables[0].Assign([_next++], new float[2], DateTimeOffset.UnixEpoch);
            _other.Tables[0].Assign([1000 + _next], new float[2], DateTimeOffset.UnixEpoch);
            await using var pending = await Chain.CutAsync(Shard);
            await using var part = await Writer.CutAsync(pending.Plan);
            return await pending.WriteAsync(change([await part.WriteAsync()]));
        }

        public void Dispose()
        {
            Chain.Dispose();
            Writer.Dispose();
            _own.Dispose();
            _other.Dispose();
        }
    }
}
