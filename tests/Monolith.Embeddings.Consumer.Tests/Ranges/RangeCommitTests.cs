using Monolith.Embeddings.Consumer.Tests.Faults.Clocks;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Consumer.Tests.Ranges;

/// <summary>What ranges commit comes back range by range, or all of it in one set; both then train to the same bits.</summary>
public class RangeCommitTests
{
    private const uint Start = 1_700_000_000;

    [Test]
    public async Task Ranges_come_back_from_their_parts_as_one_set_does_from_all_of_them(
        [Values(1, 4, 64)] int ranges, [Range(0, 2)] int seed)
    {
        var store = new MemorySnapshotStore();
        DateTimeOffset[] saved = [DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch];
        for (var life = 0; life < 3; life++)
        {
            var clock = new SetClock(DateTimeOffset.FromUnixTimeSeconds(Start));
            using var tables = new RangeFixture(() => RandomTables.Schema(seed), ranges, Options(), clock, answersLater: life == 1);
            await RestoreOneAsync(store, tables.One);
            await using var commits = await RangeCommits.OpenAsync(store, tables, answersLater: life == 1);
            Assert.That(tables.One.Tables.Select(table => table.NewestEventTime), Is.EqualTo(saved));
            var history = new RangeHistory(tables, clock, seed + (1000 * life), ids: 600, Start + (uint)(20_000 * life));
            await history.CompareAllAsync();
            await history.RunAsync(40);
            var first = await commits.CommitAsync(() => history.RunAsync(10));
            // Of a time that no batch carried, too.
            var time = DateTimeOffset.FromUnixTimeSeconds(Start + 15_000 + (20_000 * life));
            tables.One.ConfirmEventTime(time);
            tables.Cut.ConfirmEventTime(time);
            saved = [.. tables.One.Tables.Select(table => table.NewestEventTime)];
            var second = await commits.CommitAsync(() => history.RunAsync(10));
            Assert.That((second.From, second.Parts.Count), Is.EqualTo((first.To, ranges)));
            Assert.That(first.Rows, Is.GreaterThan(0));
            Assert.That((await SnapshotInspector.VerifyAsync(store)).Problems, Is.Empty);
        }
    }

    [Test]
    public async Task A_range_takes_no_rows_of_another()
    {
        var (store, clock) = (new MemorySnapshotStore(), new SetClock(DateTimeOffset.FromUnixTimeSeconds(Start)));
        using (var tables = new RangeFixture(() => RandomTables.Schema(1), 4, Options(), clock, answersLater: false))
        {
            await using var commits = await RangeCommits.OpenAsync(store, tables, answersLater: false);
            await new RangeHistory(tables, clock, 1, ids: 600).RunAsync(40);
            await commits.CommitAsync(() => Task.CompletedTask);
        }
        using var half = new EmbeddingTableSet(RandomTables.Schema(1), Options(new IdRange(0, 2)), clock);
        using var other = new EmbeddingTableSet(RandomTables.Schema(1), Options(new IdRange(2, 4)), clock);
        Assert.That(() => SnapshotPartWriter.OpenAsync(store, other, "range 1 of 4"), Throws.TypeOf<SnapshotException>()
            .With.Property(nameof(SnapshotException.Fault)).EqualTo(SnapshotFault.Mismatch).And.Message.Contains("range 2 of 4"));
        Assert.That(other.Count, Is.Zero);
        using var writer = await SnapshotPartWriter.OpenAsync(store, half, "range 1 of 4");
        Assert.That(half.Count, Is.GreaterThan(0), "a range takes what a part of it wrote");
    }

    [Test]
    public async Task A_store_of_other_ranges_is_refused_by_both_names_and_not_taken_over()
    {
        var (store, clock) = (new MemorySnapshotStore(), new SetClock(DateTimeOffset.FromUnixTimeSeconds(Start)));
        using var four = new RangeFixture(() => RandomTables.Schema(1), 4, Options(), clock, answersLater: false);
        await using var commits = await RangeCommits.OpenAsync(store, four, answersLater: false);
        await new RangeHistory(four, clock, 1, ids: 600).RunAsync(10);
        await commits.CommitAsync(() => Task.CompletedTask);
        using var two = new RangeFixture(() => RandomTables.Schema(1), 2, Options(), clock, answersLater: false);
        Assert.That(() => RangeCommits.OpenAsync(store, two, answersLater: false), Throws.TypeOf<SnapshotException>()
            .With.Property(nameof(SnapshotException.Fault)).EqualTo(SnapshotFault.Mismatch)
            .And.Message.Contains("range 1 of 2").And.Message.Contains("range 3 of 4"));
        Assert.That(two.Parts.Sum(part => part.Count), Is.Zero);
        Assert.That((await commits.CommitAsync(() => Task.CompletedTask)).Number, Is.EqualTo(2));
    }

    [Test]
    public async Task A_chain_that_writes_its_parts_takes_none_from_others()
    {
        var (store, clock) = (new MemorySnapshotStore(), new SetClock(DateTimeOffset.FromUnixTimeSeconds(Start)));
        using var tables = new RangeFixture(() => RandomTables.Schema(1), 2, Options(), clock, answersLater: false);
        await using var chain = await SnapshotChain.OpenAsync(store, tables.Cut, new LocalSnapshotParts(tables.Parts));
        Assert.That(
            async () => await chain.CutAsync(new SnapshotCommitContents { PartNames = ["range 0 of 2"] }),
            Throws.ArgumentException.With.Message.Contains("itself"));
        await using var pending = await chain.CutAsync(new SnapshotCommitContents());
        var file = new SnapshotFileEntry { Name = "x", Length = 1, Crc32C = 0 };
        var part = new SnapshotPart { Name = "range 0 of 2", Rows = 0, Tombstones = 0, Training = file };
        Assert.That(() => pending.WriteAsync([part]), Throws.ArgumentException.With.Message.Contains("itself"));
        Assert.That((await pending.WriteAsync()).Parts, Has.Count.EqualTo(2));
    }

    [Test]
    public void Parts_need_a_set_for_each_range()
    {
        Assert.That(() => new LocalSnapshotParts([]), Throws.ArgumentException);
        Assert.That(() => new LocalSnapshotParts([null!]), Throws.ArgumentException.With.Message.Contains("place 0"));
        using var half = new EmbeddingTableSet(RandomTables.Schema(1), Options(new IdRange(0, 2)));
        Assert.That(() => new LocalSnapshotParts([half, half]), Throws.ArgumentException.With.Message.Contains("range 0 of 2"));
    }

    // Takes all parts over, and releases the chain: others commit to it.
    private static async Task RestoreOneAsync(SnapshotStore store, EmbeddingTableSet one)
    {
        using var chain = await SnapshotChain.OpenAsync(store, one);
    }

    private static EmbeddingTableSetOptions Options(IdRange? range = null) => new()
    {
        Seed = 7,
        MemoryLimitBytes = 64 << 20,
        EventTimeSkew = TimeSpan.FromHours(2),
        EventTimeConfirmations = 3,
        Range = range,
    };
}
