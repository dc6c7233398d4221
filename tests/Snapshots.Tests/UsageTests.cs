namespace SnapshotsSample.Tests;

/// <summary>Whatever the user gets wrong: one line that says what and what to do, exit code 2, no stack trace.</summary>
[NonParallelizable]
public class UsageTests
{
    private static readonly string[][] BadArguments =
    [
        [],
        ["polish"],
        ["train"],
        ["train", "STORE", "--events", "0"],
        ["train", "STORE", "--commit-every", "-1"],
        ["train", "STORE", "--dimension", "100000"],
        ["train", "STORE", "--seed", "-1"],
        ["train", "NEW", "--warm-start", "no/such/folder"],
        ["train", "STORE", "--warm-start", "STORE"],
        ["train", "STORE", "--dimension", "4"],
        ["follow", "NEW"],
        ["follow", "."],
        ["follow", "STORE", "--precision", "Float64"],
        ["follow", "STORE", "--precision", "OneBit"],
        ["follow", "STORE", "--dimension", "4"],
        ["follow", "STORE", "--until", "0"],
        ["compact", "STORE", "--keep", "0"],
        ["compact", "."],
        ["verify", "."],
        ["demo", "STORE"],
        ["list", "no/such/folder"],
        ["list", "."],
        ["export", "STORE"],
        ["export", "STORE", "no/such/folder/table.npz"],
        ["export", "STORE", "."],
        ["export", "STORE", "NEW", "--table", "films"],
        ["export-dense", "STORE"],
        ["export-dense", "STORE", "no/such/folder/dense.npz"],
        ["export-dense", "STORE", "."],
        ["export-dense", ".", "NEW"],
        ["tsv", "STORE", "--rows", "0"],
        ["tsv", "STORE", "--table", "films"],
        ["tsv", "."],
        ["migrate", "STORE"],
        ["migrate", "no/such/folder", "NEW"],
        ["migrate", "STORE", "STORE"],
        ["migrate", "STORE", "NEW", "--dimension", "4"],
        ["migrate", "STORE", "NEW", "--to", "0"],
        ["back-up", "STORE"],
        ["back-up", "no/such/folder", "NEW"],
        ["back-up", ".", "NEW"],
        ["back-up", "STORE", "STORE"],
        ["back-up", "STORE", "STORE/manifest.json"],
        ["list-back-ups", "STORE"],
        ["list-back-ups", "."],
        ["list-back-ups", "no/such/folder"],
        ["verify-back-ups", "STORE"],
        ["verify-back-ups", "."],
        ["retain-back-ups", "."],
        ["retain-back-ups", ".", "--keep", "1"],
        ["retain-back-ups", "STORE", "--keep", "1"],
        ["retain-back-ups", "STORE", "--keep", "0"],
        ["restore", "no/such/folder", "NEW"],
        ["restore", ".", "NEW"],
        ["restore", "STORE", "NEW"],
        ["restore", "STORE", "STORE", "--over"],
        ["restore", ".", "NEW", "--back-up", "yesterday"],
        ["restore-commit", "STORE"],
        ["restore-commit", "STORE", "newest"],
        ["restore-commit", "STORE", "-1"],
        ["restore-commit", "STORE", "0"],
        ["restore-commit", "STORE", "99", "--over"],
        ["restore-commit", ".", "1"],
    ];

    [TestCaseSource(nameof(BadArguments))]
    public async Task Bad_arguments_end_in_one_line(params string[] arguments)
    {
        using var folder = new StoreFolder();
        var store = arguments.Any(a => a.StartsWith("STORE", StringComparison.Ordinal)) ? await folder.TrainedAsync("store") : "";
        (await SampleProgram.RunAsync([.. arguments.Select(a => a == "NEW" ? folder.Path("new") : a.Replace("STORE", store))]))
            .AssertOneLine();
    }

    [Test]
    public async Task A_damaged_store_is_named_in_one_line()
    {
        using var folder = new StoreFolder();
        var store = await folder.TrainedAsync("store");
        var file = Directory.GetFiles(store, "*.training").Order(StringComparer.Ordinal).First();
        var bytes = File.ReadAllBytes(file);
        bytes[^80] ^= 1;
        File.WriteAllBytes(file, bytes);
        var result = await SampleProgram.RunAsync("export", store, folder.Path("table.npz"));
        result.AssertOneLine();
        Assert.That(result.Error, Does.Contain(Path.GetFileName(file)));
        Assert.That(File.Exists(folder.Path("table.npz")), Is.False);
    }

    [Test]
    public async Task Verifying_names_every_damaged_file()
    {
        using var folder = new StoreFolder();
        var store = await folder.TrainedAsync("store");
        string[] files = [.. Directory.GetFiles(store, "*-1-*").Order(StringComparer.Ordinal).Take(2)];
        foreach (var file in files)
        {
            var bytes = File.ReadAllBytes(file);
            bytes[bytes.Length / 2] ^= 1;
            File.WriteAllBytes(file, bytes);
        }
        var result = await SampleProgram.RunAsync("verify", store);
        result.AssertOneLine();
        foreach (var file in files) Assert.That(result.Output, Does.Contain(Path.GetFileName(file)));
    }

    [Test]
    public async Task Help_names_every_command()
    {
        var help = await SampleProgram.OutputOfAsync("--help");
        foreach (var command in BadArguments.Where(a => a.Length > 1).Select(a => a[0]).Distinct())
            Assert.That(help, Does.Contain(command));
    }
}
