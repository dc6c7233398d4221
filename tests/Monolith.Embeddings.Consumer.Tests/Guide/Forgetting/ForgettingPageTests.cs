using Monolith.Embeddings.Features;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Consumer.Tests.Guide.Forgetting;

/// <summary>The guide's page on forgetting shows what is compiled here, and its code does what the page says.</summary>
public class ForgettingPageTests
{
    private static readonly string[] Files = ["Erasure", "Farewell"];

    [Test]
    public void The_page_shows_the_code_that_is_compiled_here() =>
        RepositoryFiles.AssertPageShows("forgetting", "Forgetting", Files);

    [Test]
    public async Task A_person_is_forgotten_and_gone_once_files_are_dropped()
    {
        var (store, backups, log) = (new MemorySnapshotStore(), new MemorySnapshotStore(), new StringWriter());
        var shop = new Shop();
        using var tables = new EmbeddingTableSet(shop.Schema, new() { MemoryLimitBytes = 1 << 26 });
        using var model = shop.CreateModel();
        var encoder = new ExampleEncoder<int>(shop.Schema, (in int n, ExampleWriter w) => w
            .Id(shop.User, n % 20).Id(shop.Item, n % 5).Label(shop.Click, n % 3 == 0).At(1_700_000_000_000L + n));
        var source = ExampleSource.From(() => Enumerable.Range(0, 640), encoder, batchSize: 32);
        await using var trainer = new OnlineTrainer(tables, model, source, store);
        await trainer.RunAsync();
        await SnapshotBackup.CreateAsync(store, backups);
        var report = await Erasure.ForgetAsync(trainer, [7, 8], backups, log, default);
        Assert.That(report.RowsRemoved, Is.EqualTo(2));
        Assert.That(log.ToString(), Does.Contain("2 rows removed").And.Contain("commits more").And.Contain("holds them"));
        await Farewell.UntilAsync(trainer, 9, DateTimeOffset.FromUnixTimeSeconds(1_700_001_000));
        Assert.That(tables["users"].Count, Is.EqualTo(17));
        Assert.That(await Erasure.IsGoneAsync(store, backups, log), Is.False);
        await SnapshotCompactor.CompactAsync(store);
        await SnapshotCompactor.RetainAsync(store, new() { Commits = 1, Age = TimeSpan.Zero });
        await SnapshotBackup.CreateAsync(store, backups);
        await SnapshotBackup.RetainAsync(backups, 1);
        Assert.That(await Erasure.IsGoneAsync(store, backups, log), Is.True, log.ToString());
    }
}
