using Monolith.Embeddings.Features;
using Monolith.Embeddings.Serving;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Consumer.Tests.Guide.Serving;

/// <summary>The guide's page on serving shows what is compiled here, and what is compiled here does what the page says.</summary>
public class ServingPageTests
{
    private static readonly string[] Files = ["Shop", "Ranking", "OtherProcess", "SameProcess"];

    private static readonly long[] Items = [1, 2, 3, 4, 5];

    [Test]
    public void The_page_shows_the_code_that_is_compiled_here() =>
        RepositoryFiles.AssertPageShows("serving", "Serving", Files);

    [Test]
    public async Task A_server_that_starts_first_becomes_ready_and_ranks()
    {
        var (store, shop) = (new MemorySnapshotStore(), new Shop());
        await using var replica = await OtherProcess.OpenAsync(store, new Shop(), CancellationToken.None);
        Assert.That(OtherProcess.Check(replica).IsHealthy, Is.False);
        Assert.That(() => Ranking.Best(replica, shop, 7, Items, 1), Throws.TypeOf<ReplicaNotReadyException>());
        using var tables = new EmbeddingTableSet(shop.Schema, new() { MemoryLimitBytes = 1 << 26 });
        using var model = shop.CreateModel();
        await using var trainer = new OnlineTrainer(tables, model, Clicks(shop), store);
        await trainer.RunAsync();
        await replica.WaitUntilReadyAsync();
        Assert.That(OtherProcess.Check(replica).IsHealthy, Is.True);
        Assert.That(Ranking.Best(replica, shop, 7, Items, 2), Does.Contain(3));
        await OtherProcess.GoBackAsync(replica, 1, CancellationToken.None);
        Assert.That((await replica.CatchUpAsync(), replica.Version.Number), Is.EqualTo((false, 1UL)));
        Assert.That(OtherProcess.Check(replica).IsHealthy, Is.True);
        Assert.That(OtherProcess.Check(replica).Description, Does.Contain("pinned"));
    }

    [Test]
    public async Task In_one_process_the_same_code_ranks_beside_the_trainer()
    {
        var shop = new Shop();
        await using var process = new SameProcess(shop, Clicks(shop));
        await process.RunAsync(CancellationToken.None);
        await process.Predictor!.RefreshAsync();
        Assert.That(process.Predictor.Lag.Steps, Is.Zero);
        Assert.That(Ranking.Best(process.Predictor, new Shop(), 7, Items, 2), Does.Contain(3));
    }

    // Everybody likes item 3.
    private static ExampleSource Clicks(Shop shop)
    {
        var encoder = new ExampleEncoder<int>(shop.Schema, (in int n, ExampleWriter w) => w
            .Id(shop.User, n % 20).Id(shop.Item, Items[n % Items.Length]).Label(shop.Click, Items[n % Items.Length] == 3));
        return ExampleSource.From(() => Enumerable.Range(0, 4000), encoder, batchSize: 32);
    }
}
