using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Tests.Training.Stale;

/// <summary>One batch stale: the bits are those of the rule, whatever is read when, by how many threads, and in how many lives.</summary>
public class StaleTrainingTests : LeakChecked
{
    private const int Cases = 40;

    [Test]
    public async Task The_bits_are_those_of_the_rule_read_ahead_or_not()
    {
        var (stale, fresh, others) = (0, 0, 0);
        for (var seed = 0; seed < Cases; seed++)
        {
            var shop = new StaleShop(seed);
            using var oracle = new StaleOracle(shop);
            var expected = await oracle.TrainAsync();
            Assert.That(await shop.TrainAsync(Staleness.OneBatch, ahead: 0), Is.EqualTo(expected), $"seed {seed}, nothing ahead");
            Assert.That(await shop.TrainAsync(Staleness.OneBatch), Is.EqualTo(expected), $"seed {seed}, ahead");
            Assert.That(await shop.TrainAsync(Staleness.OneBatch, isSlow: true), Is.EqualTo(expected), $"seed {seed}, ahead now and then");
            if (await shop.TrainAsync(Staleness.None) != expected) others++;
            (stale, fresh) = (stale + oracle.StaleReads, fresh + oracle.FreshBatches);
        }
        Assert.That(stale, Is.GreaterThan(1000), "ids are read stale");
        Assert.That(fresh, Is.GreaterThan(2 * Cases), "rows go, and batches are read as they are then");
        Assert.That(others, Is.GreaterThan(Cases / 2), "strict training learns something else");
    }

    [Test]
    public async Task No_bit_depends_on_threads_or_stripes()
    {
        for (var seed = 100; seed < 104; seed++)
        {
            var expected = await new StaleShop(seed).TrainAsync(Staleness.OneBatch, ahead: 0);
            Assert.That(await new StaleShop(seed).TrainAsync(Staleness.OneBatch, ahead: 8, threads: 4), Is.EqualTo(expected), "threads");
            Assert.That(await new StaleShop(seed).TrainAsync(Staleness.OneBatch, ahead: 1, stripes: 1), Is.EqualTo(expected), "stripes");
        }
    }

    [Test]
    public async Task No_bit_depends_on_commits_and_restarts([Values(0, 2)] int ahead)
    {
        for (var seed = 200; seed < 212; seed++)
        {
            var shop = new StaleShop(seed);
            var expected = await shop.TrainAsync(Staleness.OneBatch);
            var learned = await shop.TrainInLivesAsync(50 + seed % 12 * 20, ahead, new MemorySnapshotStore());
            Assert.That(learned, Is.EqualTo(expected), $"seed {seed}");
        }
    }

    [Test]
    public async Task A_strict_trainer_goes_on_from_a_stale_one_and_the_other_way()
    {
        var shop = new StaleShop(300);
        var store = new MemorySnapshotStore();
        var life = 0;
        // No more is asked than that it goes on: the first batch of the other kind reads rows as they are.
        await shop.TrainInLivesAsync(300, 2, store, options => options.Staleness = life++ % 2 == 0 ? Staleness.OneBatch : Staleness.None);
        Assert.That(life, Is.GreaterThan(2));
    }

    [Test]
    public void Tables_elsewhere_and_a_staleness_that_is_not_known_are_refused()
    {
        var shop = new StaleShop(0);
        using var model = shop.CreateModel();
        using var part = new EmbeddingTableSet(
            shop.Schema, new() { Range = new IdRange(0, 1), MemoryLimitBytes = 64 << 20, Seed = 3 });
        var ranges = new PartitionedTableSet(
            shop.Schema, new LocalTableRanges([part]), new() { MemoryLimitBytes = 64 << 20, Seed = 3 });
        Assert.That(() => new OnlineTrainer(ranges, model, shop.CreateSource(), shop.CreateOptions(Staleness.OneBatch)),
            Throws.ArgumentException.With.Message.Contains("tables in this process").And.Message.Contains(nameof(PartitionedTableSet)));
        using var tables = shop.CreateTables();
        Assert.That(
            OptionFailures.PathsOf(() => _ = new OnlineTrainer(tables, model, shop.CreateSource(), shop.CreateOptions((Staleness)7))),
            Is.EqualTo(new[] { nameof(OnlineTrainerOptions.Staleness) }));
    }
}
