using System.Diagnostics;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Consumer.Tests.Guide.BackUp;

/// <summary>The guide's page on back-ups shows what is compiled here, and its code and commands do what the page says.</summary>
public class BackUpPageTests
{
    private static readonly string[] Files = ["NightlyBackUp", "Restores"];

    private static string Page => RepositoryFiles.Read("docs", "guide", "back-up.md");

    [Test]
    public void The_page_shows_the_code_that_is_compiled_here() =>
        RepositoryFiles.AssertPageShows("back-up", "BackUp", Files);

    [Test]
    public async Task Nights_are_backed_up_and_any_of_them_is_restored()
    {
        var (store, backups, log) = (new MemorySnapshotStore(), new MemorySnapshotStore(), new StringWriter());
        using var stop = new CancellationTokenSource();
        await TrainAsync(store, 1);
        var running = NightlyBackUp.RunAsync(store, backups, TimeSpan.FromMilliseconds(1), TimeProvider.System, log, stop.Token);
        for (var night = 1; night <= 9; night++)
        {
            await TrainAsync(store, night);
            var newest = await NewestAsync(store);
            while (await SnapshotBackup.ListAsync(backups) is not [.., var made] || made.Commit != newest.Number) await Task.Delay(1);
        }
        await stop.CancelAsync();
        Assert.That(async () => await running, Throws.InstanceOf<OperationCanceledException>());
        var left = await SnapshotBackup.ListAsync(backups);
        Assert.That(left, Has.Count.EqualTo(7).Or.Count.EqualTo(8), "the last cleaning may not have come");
        Assert.That(log.ToString(), Does.Contain("backed up commit").And.Not.Contain("not backed up"));
        var told = new StringWriter();
        await Restores.TellAsync(backups, told);
        var old = left[^3];
        Assert.That(told.ToString(), Does.Contain($"{old.Id:n}  commit {old.Commit}"));
        await Restores.OlderAsync(backups, store, old.Id);
        Assert.That(await TrainAsync(store, 7), Is.EqualTo(7 * 320), "it went on after night 7, where nothing was left to learn");
        var empty = new MemorySnapshotStore();
        await Restores.NewestAsync(backups, empty);
        Assert.That(await TrainAsync(empty, 10), Is.EqualTo(10 * 320));
        var last = await NewestAsync(empty);
        Assert.That((await Restores.EarlierAsync(empty, last.Number - 1)).Number, Is.EqualTo(last.Number + 1));
    }

    [Test]
    [Platform(Exclude = "Win")]
    public async Task The_commands_copy_a_folder_and_put_it_back()
    {
        var folder = Directory.CreateTempSubdirectory("monolith-back-up-");
        try
        {
            var store = new FileSnapshotStore(Path.Combine(folder.FullName, "recommender"));
            await TrainAsync(store, 2);
            var commands = RepositoryFiles.Blocks(Page, "bash").ToArray();
            await RunAsync(folder.FullName, commands[0]);
            await TrainAsync(store, 3);
            await RunAsync(folder.FullName, commands[1]);
            var restored = new FileSnapshotStore(store.Folder);
            Assert.That((await SnapshotInspector.VerifyAsync(restored)).Problems, Is.Empty);
            Assert.That(await TrainAsync(restored, 2), Is.EqualTo(2 * 320));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task RunAsync(string folder, string commands)
    {
        using var shell = Process.Start(new ProcessStartInfo("bash", ["-e", "-c", commands]) { WorkingDirectory = folder })!;
        await shell.WaitForExitAsync();
        Assert.That(shell.ExitCode, Is.Zero, commands);
    }

    private static async Task<SnapshotCommit> NewestAsync(SnapshotStore store) =>
        SnapshotManifest.Parse((await store.ReadManifestAsync())!.Bytes.Span).Newest!;

    // 320 examples a night, from wherever the store is.
    private static async Task<long> TrainAsync(SnapshotStore store, int nights)
    {
        var shop = new Shop();
        using var tables = new EmbeddingTableSet(shop.Schema, new() { MemoryLimitBytes = 1 << 26 });
        using var model = shop.CreateModel();
        var encoder = new ExampleEncoder<int>(shop.Schema, (in int n, ExampleWriter w) => w
            .Id(shop.User, n % 20).Id(shop.Item, n % 5).Label(shop.Click, n % 3 == 0));
        var source = ExampleSource.From(() => Enumerable.Range(0, nights * 320), encoder, batchSize: 32);
        await using var trainer = new OnlineTrainer(tables, model, source, store);
        await trainer.RunAsync();
        return trainer.Examples;
    }
}
