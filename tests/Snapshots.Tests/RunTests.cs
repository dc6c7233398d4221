using System.IO.Compression;

namespace SnapshotsSample.Tests;

/// <summary>The sample's commands, small.</summary>
[NonParallelizable]
public class RunTests
{
    [Test]
    public async Task Training_commits_and_goes_on_where_it_stopped()
    {
        using var folder = new StoreFolder();
        var store = await folder.TrainedAsync("store");
        var listed = await SampleProgram.OutputOfAsync("list", store);
        Assert.That(listed, Does.Contain("trainer 1").And.Contain("Full").And.Contain("Delta"));
        var output = await SampleProgram.OutputOfAsync("train", store, "--events", "7680", "--commit-every", "8");
        Assert.That(output, Does.Contain("7,680 events"));
        Assert.That(await SampleProgram.OutputOfAsync("list", store), Does.Contain("trainer 2"));
        Assert.That(CommitsOf(await SampleProgram.OutputOfAsync("list", store)), Is.GreaterThan(CommitsOf(listed)));
    }

    [Test]
    public async Task Training_in_two_runs_comes_to_the_bits_of_one()
    {
        using var folder = new StoreFolder();
        var (once, twice) = (await folder.TrainedAsync("once"), folder.Path("twice"));
        await SampleProgram.OutputOfAsync("train", twice, "--events", "2560");
        await SampleProgram.OutputOfAsync("train", twice, "--events", "5120");
        Assert.That(await RowsOf(twice), Is.EqualTo(await RowsOf(once)).And.Not.Empty);
    }

    [Test]
    public async Task A_table_is_exported_for_NumPy([Values("users", "items")] string table)
    {
        using var folder = new StoreFolder();
        var (store, file) = (await folder.TrainedAsync("store"), folder.Path("table.npz"));
        Assert.That(await SampleProgram.OutputOfAsync("export", store, file, "--table", table), Does.Contain($"'{table}'"));
        using var archive = ZipFile.OpenRead(file);
        Assert.That(archive.Entries.Select(e => e.FullName),
            Is.EqualTo(new[] { "ids.npy", "weights.npy", "last_updates.npy", "segments.npy", "dimensions.npy" }));
        Assert.That(File.Exists(file + ".unfinished"), Is.False);
    }

    [Test]
    public async Task Dense_weights_are_exported_for_NumPy()
    {
        using var folder = new StoreFolder();
        var (store, file) = (await folder.TrainedAsync("store"), folder.Path("dense.npz"));
        Assert.That(await SampleProgram.OutputOfAsync("export-dense", store, file, "--compress"), Does.Contain("1,090 dense weights in"));
        using var archive = ZipFile.OpenRead(file);
        Assert.That(archive.Entries.Select(e => e.FullName),
            Is.EqualTo(new[] { "linear.npy", "layers.0.npy", "layers.1.npy", "layers.2.npy" }));
        Assert.That(File.Exists(file + ".unfinished"), Is.False);
    }

    [Test]
    public async Task A_store_of_which_nobody_was_forgotten_has_nothing_to_look_for()
    {
        using var folder = new StoreFolder();
        var output = await SampleProgram.OutputOfAsync("verify", await folder.TrainedAsync("store"), "--forgotten");
        Assert.That(output, Does.Contain("No file has an id that was forgotten."));
    }

    [Test]
    public async Task Rows_are_shown_as_text()
    {
        using var folder = new StoreFolder();
        var lines = (await SampleProgram.OutputOfAsync("tsv", await folder.TrainedAsync("store"), "--rows", "5")).TrimEnd('\n').Split('\n');
        Assert.That(lines, Has.Length.EqualTo(6));
        Assert.That(lines[0], Does.StartWith("id\tlast_update\tbias\tvector[0]"));
    }

    [TestCase("8")]
    [TestCase("4")]
    public async Task A_new_store_begins_with_the_weights_of_another(string dimension)
    {
        using var folder = new StoreFolder();
        var output = await SampleProgram.OutputOfAsync(
            "train", folder.Path("new"), "--events", "512", "--dimension", dimension, "--warm-start", await folder.TrainedAsync("old"));
        Assert.That(output, Does.Contain("Began with the weights of commit"));
        var before = (await RowsOf(folder.Path("old"))).Length;
        Assert.That((await RowsOf(folder.Path("new"))).Length, Is.GreaterThanOrEqualTo(before));
    }

    [Test]
    public async Task A_replica_recommends_by_the_newest_commit([Values("Float32", "Int8")] string precision)
    {
        using var folder = new StoreFolder();
        var output = await SampleProgram.OutputOfAsync(
            "follow", await folder.TrainedAsync("store"), "--precision", precision, "--user", "7", "--until", "1");
        Assert.That(output, Does.Match(@"replica: commit \d+, .* for user 7: item \d+ \(0\.\d{3}\), item"));
    }

    [Test]
    public async Task A_compacted_store_is_short_and_whole_and_holds_the_same_rows()
    {
        using var folder = new StoreFolder();
        var store = await folder.TrainedAsync("store");
        var rows = await RowsOf(store);
        var output = await SampleProgram.OutputOfAsync("compact", store, "--keep", "1");
        Assert.That(output, Does.Contain("is a full of").And.Contain("Deleted"));
        Assert.That(CommitsOf(await SampleProgram.OutputOfAsync("list", store)), Is.EqualTo(1));
        Assert.That(await SampleProgram.OutputOfAsync("verify", store), Does.StartWith("Read 2 files"));
        Assert.That(await RowsOf(store), Is.EqualTo(rows));
    }

    [Test]
    public async Task The_demo_trains_follows_compacts_verifies_and_lists()
    {
        var output = await SampleProgram.OutputOfAsync("demo");
        Assert.That(output, Does.Contain("replica: commit 1,").And.Contain("replica: commit 6,")
            .And.Contain("Commit 6 is a full").And.Contain("Deleted").And.Contain("Read 2 files").And.Contain("Chain"));
    }

    private static int CommitsOf(string listed) => listed.Split('\n')
        .Count(line => line.Contains(" Delta ", StringComparison.Ordinal) || line.Contains(" Full ", StringComparison.Ordinal));

    private static async Task<string[]> RowsOf(string store) =>
        [.. (await SampleProgram.OutputOfAsync("tsv", store, "--rows", "100000")).Split('\n').Order(StringComparer.Ordinal)];
}
