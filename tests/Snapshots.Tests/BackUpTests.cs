using System.Globalization;
using System.Text.RegularExpressions;

namespace SnapshotsSample.Tests;

/// <summary>Back-ups and restores, as an operator makes them.</summary>
[NonParallelizable]
public partial class BackUpTests
{
    [Test]
    public async Task A_lost_store_comes_back_and_training_goes_on()
    {
        using var folder = new StoreFolder();
        var (store, backups) = (await folder.TrainedAsync("store"), folder.Path("backups"));
        var rows = await RowsOf(store);
        Assert.That(await SampleProgram.OutputOfAsync("back-up", store, backups), Does.Match(@"^Commit \d+ of .* is backed up now"));
        Assert.That(await SampleProgram.OutputOfAsync("back-up", store, backups), Does.Match(@"^Commit \d+ of .* was backed up before"));
        Directory.Delete(store, recursive: true);
        Assert.That(await SampleProgram.OutputOfAsync("restore", backups, store), Does.Match(@"The newest commit of .* is \d+ now"));
        Assert.That(await RowsOf(store), Is.EqualTo(rows).And.Not.Empty);
        Assert.That(await SampleProgram.OutputOfAsync("train", store, "--events", "7680"), Does.Contain("7,680 events"));
    }

    [Test]
    public async Task Back_ups_are_listed_verified_and_dropped()
    {
        using var folder = new StoreFolder();
        var (store, backups) = await TwoBackUpsAsync(folder);
        var ids = IdsOf(await SampleProgram.OutputOfAsync("list-back-ups", backups));
        Assert.That(ids, Has.Count.EqualTo(2));
        Assert.That(await SampleProgram.OutputOfAsync("verify-back-ups", backups), Does.StartWith("Read 2 back-ups"));
        await SampleProgram.OutputOfAsync("compact", store);
        await SampleProgram.OutputOfAsync("train", store, "--events", "10240");
        await SampleProgram.OutputOfAsync("back-up", store, backups);
        var retained = await SampleProgram.OutputOfAsync("retain-back-ups", backups, "--keep", "1");
        Assert.That(retained, Does.Match(@"^1 back-ups stay\. Deleted [1-9]\d* files"));
        Assert.That(IdsOf(await SampleProgram.OutputOfAsync("list-back-ups", backups)), Has.Count.EqualTo(1).And.None.AnyOf(ids));
        Assert.That(await SampleProgram.OutputOfAsync("verify-back-ups", backups), Does.StartWith("Read 1 back-ups"));
    }

    [Test]
    public async Task An_older_back_up_is_restored_over_a_store_that_is_said_to_be_given_up()
    {
        using var folder = new StoreFolder();
        var (store, backups) = await TwoBackUpsAsync(folder);
        var first = IdsOf(await SampleProgram.OutputOfAsync("list-back-ups", backups))[0];
        var listed = await SampleProgram.OutputOfAsync("list", store);
        var refused = await SampleProgram.RunAsync("restore", backups, store, "--back-up", first);
        refused.AssertOneLine();
        Assert.That(refused.Error, Does.Match(@"has commits 1 to \d+, the newest of .*--over"));
        Assert.That(await SampleProgram.OutputOfAsync("list", store), Is.EqualTo(listed));
        var newest = NewestOf(refused.Error);
        var restored = NewestOf(await SampleProgram.OutputOfAsync("restore", backups, store, "--back-up", first, "--over"));
        Assert.That(restored, Is.EqualTo(newest + 1));
        await SampleProgram.OutputOfAsync("restore", backups, folder.Path("new"), "--back-up", first);
        Assert.That(await RowsOf(store), Is.EqualTo(await RowsOf(folder.Path("new"))).And.Not.Empty);
    }

    [Test]
    public async Task An_earlier_commit_is_restored_where_later_ones_are_said_to_be_given_up()
    {
        using var folder = new StoreFolder();
        var store = await folder.TrainedAsync("store");
        var rows = await RowsOf(store);
        var refused = await SampleProgram.RunAsync("restore-commit", store, "1");
        refused.AssertOneLine();
        Assert.That(refused.Error, Does.Match(@"has commits? 2( to \d+)?, the newest of .*--over"));
        Assert.That(await RowsOf(store), Is.EqualTo(rows));
        var restored = NewestOf(await SampleProgram.OutputOfAsync("restore-commit", store, "1", "--over"));
        Assert.That(restored, Is.EqualTo(NewestOf(refused.Error) + 1));
        Assert.That(await RowsOf(store), Is.Not.EqualTo(rows));
        var again = await SampleProgram.OutputOfAsync("restore-commit", store, $"{restored}");
        Assert.That(NewestOf(again), Is.EqualTo(restored + 1), "nothing is given up");
    }

    [Test]
    public async Task Verifying_names_every_damaged_file_of_back_ups()
    {
        using var folder = new StoreFolder();
        var (_, backups) = await TwoBackUpsAsync(folder);
        string[] files = [.. Directory.GetFiles(backups, "*.training").Order(StringComparer.Ordinal).Take(2)];
        foreach (var file in files)
        {
            var bytes = File.ReadAllBytes(file);
            bytes[bytes.Length / 2] ^= 1;
            File.WriteAllBytes(file, bytes);
        }
        var result = await SampleProgram.RunAsync("verify-back-ups", backups);
        result.AssertOneLine();
        foreach (var file in files) Assert.That(result.Output, Does.Contain(Path.GetFileName(file)));
        (await SampleProgram.RunAsync("restore", backups, folder.Path("new"))).AssertOneLine();
    }

    [Test]
    public async Task What_is_refused_makes_no_folder()
    {
        using var folder = new StoreFolder();
        var (_, backups) = await TwoBackUpsAsync(folder);
        (await SampleProgram.RunAsync("restore", backups, folder.Path("new"), "--back-up", Guid.NewGuid().ToString("n"))).AssertOneLine();
        Assert.That(Directory.Exists(folder.Path("new")), Is.False);
    }

    [Test]
    public async Task Another_store_is_not_restored_over()
    {
        using var folder = new StoreFolder();
        var (_, backups) = await TwoBackUpsAsync(folder);
        var other = await folder.TrainedAsync("other");
        var refused = await SampleProgram.RunAsync("restore", backups, other, "--over");
        refused.AssertOneLine();
        Assert.That(refused.Error, Does.Contain("Restore into a store of its own"));
    }

    private static async Task<(string Store, string BackUps)> TwoBackUpsAsync(StoreFolder folder)
    {
        var (store, backups) = (await folder.TrainedAsync("store"), folder.Path("backups"));
        await SampleProgram.OutputOfAsync("back-up", store, backups);
        await SampleProgram.OutputOfAsync("train", store, "--events", "7680");
        await SampleProgram.OutputOfAsync("back-up", store, backups);
        return (store, backups);
    }

    private static List<string> IdsOf(string listed) => [.. Id().Matches(listed).Select(match => match.Value)];

    // "has commits 2 to 3, the newest" or "The newest commit of FOLDER is 4 now".
    private static long NewestOf(string said) => long.Parse(Newest().Match(said).Value, CultureInfo.InvariantCulture);

    private static async Task<string[]> RowsOf(string store) =>
        [.. (await SampleProgram.OutputOfAsync("tsv", store, "--rows", "100000")).Split('\n').Order(StringComparer.Ordinal)];

    [GeneratedRegex("^[0-9a-f]{32}", RegexOptions.Multiline)]
    private static partial Regex Id();

    [GeneratedRegex(@"\d+(?=, the newest| now)")]
    private static partial Regex Newest();
}
