namespace OnlineTraining.Tests;

/// <summary>Whatever the user gets wrong: one line that says what and what to do, exit code 2, no stack trace.</summary>
[NonParallelizable]
public class UsageTests
{
    private static readonly string[][] BadArguments =
    [
        ["--no-such-option"],
        ["stray"],
        ["--data", "no/such/file", "--format", "movietweetings"],
        ["--data", "."],
        ["--format", "criteo"],
        ["--data", ".", "--format", "movielens"],
        ["--data", ".", "--format", "netflix"],
        ["--model", "transformer"],
        ["--hidden", "a,b"],
        ["--hidden", "-3"],
        ["--batch-size", "0"],
        ["--batch-size", "many"],
        ["--dimension", "0"],
        ["--dimension", "1000000000"],
        ["--vector-rate", "NaN"],
        ["--vector-rate", "0,1"],
        ["--time-to-live", "0,5"],
        ["--plot", ""],
        ["--hashed-rows", "9223372036854775807"],
        ["--bias-rate", "-1"],
        ["--dense-rate", "0"],
        ["--vector-decay", "-0.5"],
        ["--min-occurrences", "-4"],
        ["--time-to-live", "0"],
        ["--time-to-live", "1e300"],
        ["--time-to-live", "NaN"],
        ["--events", "0"],
        ["--events", "99999999999999999999"],
        ["--window", "0"],
        ["--hashed-rows", "-1"],
        ["--skip-malformed", "-1"],
        ["--seed", "-1"],
        ["--plot", "no/such/folder/auc.svg"],
        ["--plot", "."],
        ["--movies", "movies.dat"],
    ];

    [TestCaseSource(nameof(BadArguments))]
    public async Task Bad_arguments_end_in_one_line(params string[] arguments)
    {
        var result = await SampleProgram.RunAsync(arguments);
        result.AssertOneLine();
        Assert.That(result.Error, Does.Not.Contain("System."), "types of the program");
    }

    [TestCase("", "holds no event")]
    [TestCase("user,movie\n", "line 1")]
    [TestCase("1::2::7::1400000000\n1::2::x::1400000000\n", "line 2")]
    public async Task Bad_files_end_in_one_line(string content, string named)
    {
        using var files = new SampleFiles();
        var path = files.Write("ratings.dat", content);
        var result = await SampleProgram.RunAsync("--data", path, "--format", "movietweetings");
        result.AssertOneLine();
        Assert.That(result.Error, Does.Contain("ratings.dat").And.Contain(named));
    }

    [Test]
    public async Task A_file_that_is_cut_ends_in_one_line()
    {
        using var files = new SampleFiles();
        var path = files.WriteGzip("ratings.dat.gz", SampleFiles.Ratings("::", 5000, 9, 3));
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..200]);
        var result = await SampleProgram.RunAsync("--data", path, "--format", "movietweetings");
        result.AssertOneLine();
        Assert.That(result.Error, Does.Contain("ratings.dat.gz"));
    }

    [Test]
    public async Task An_empty_Criteo_file_ends_in_one_line()
    {
        using var files = new SampleFiles();
        (await SampleProgram.RunAsync("--data", files.Write("train.txt", ""), "--format", "criteo")).AssertOneLine();
    }

    [Test]
    public async Task A_malformed_line_is_skipped_where_the_user_allows_it()
    {
        using var files = new SampleFiles();
        var path = files.Write("ratings.dat", SampleFiles.Ratings("::", 300, 9, 3) + "nonsense\n");
        var result = await SampleProgram.RunAsync("--data", path, "--format", "movietweetings", "--skip-malformed", "1");
        Assert.That(result.ExitCode, Is.Zero, result.Error);
        Assert.That(result.Error, Does.Contain("skipped").And.Contain("301"));
    }

    [Test]
    public async Task Help_names_every_option()
    {
        var result = await SampleProgram.RunAsync("--help");
        Assert.That(result.ExitCode, Is.Zero);
        foreach (var option in BadArguments.Skip(2).Select(arguments => arguments[0]).Distinct())
            Assert.That(result.Output, Does.Contain(option));
        Assert.That(
            result.Output, Does.Contain("movietweetings").And.Contain("movielens-csv").And.Contain("criteo").And.Contain("--profile"));
    }
}
