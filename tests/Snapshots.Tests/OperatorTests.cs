namespace SnapshotsSample.Tests;

/// <summary>What an operator asks a store, and what it says where that is the wrong folder.</summary>
[NonParallelizable]
public class OperatorTests
{
    [Test]
    public async Task An_id_is_explained()
    {
        using var folder = new StoreFolder();
        var store = await folder.TrainedAsync("store");
        var rows = (await SampleProgram.OutputOfAsync("tsv", store, "--table", "users")).Split('\n');
        var id = rows[^2].Split('\t')[0];
        Assert.That(await SampleProgram.OutputOfAsync("explain", store, id, "--table", "users"),
            Does.StartWith($"Table 'users', id {id}: has a row, last changed by commit"));
        Assert.That(await SampleProgram.OutputOfAsync("explain", store, "987654321", "--table", "users"), Does.Contain("nothing is known"));
        var wrong = await SampleProgram.RunAsync("explain", store, "1", "--table", "people");
        wrong.AssertOneLine();
        Assert.That(wrong.Error, Does.Contain("'people'").And.Contain("'users'"));
    }

    [Test]
    public async Task A_store_goes_back_and_forth_again()
    {
        using var folder = new StoreFolder();
        var (store, backups) = (await folder.TrainedAsync("store"), folder.Path("backups"));
        var rows = await RowsOf(store);
        var wrong = await SampleProgram.RunAsync("rollback", store, "99", backups);
        wrong.AssertOneLine();
        Assert.That(wrong.Error, Does.Contain("commit 99").And.Contain($"Look in {store}."));
        Assert.That(await SampleProgram.OutputOfAsync("rollback", store, "1", backups),
            Does.Match(@"is \d+ now, the state of commit 1\. Commit \d+ is back-up [0-9a-f]{32} in "));
        Assert.That(await RowsOf(store), Is.Not.EqualTo(rows));
        await SampleProgram.OutputOfAsync("restore", backups, store, "--over");
        Assert.That(await RowsOf(store), Is.EqualTo(rows));
    }

    [Test]
    public async Task The_wrong_folder_is_named()
    {
        using var folder = new StoreFolder();
        var (store, backups, empty) = (await folder.TrainedAsync("store"), folder.Path("backups"), folder.Path("empty"));
        await SampleProgram.OutputOfAsync("back-up", store, backups);
        Directory.CreateDirectory(empty);
        foreach (var verb in (string[])["verify", "list"])
        {
            var run = await SampleProgram.RunAsync(verb, backups);
            run.AssertOneLine();
            Assert.That(run.Error, Does.Contain($"{backups} holds back-ups").And.Contain("verify-back-ups"));
        }
        var restored = await SampleProgram.RunAsync("restore", empty, store, "--over");
        restored.AssertOneLine();
        Assert.That(restored.Error, Does.Contain($"There is no back-up in {empty}"));
        var same = await SampleProgram.RunAsync("migrate", store, store, "--to", "16");
        same.AssertOneLine();
        Assert.That(same.Error, Does.Contain("both stores are one, or copies of one").And.Contain(store));
    }

    private static async Task<string[]> RowsOf(string store) =>
        [.. (await SampleProgram.OutputOfAsync("tsv", store, "--rows", "100000")).Split('\n').Order(StringComparer.Ordinal)];
}
