using System.Diagnostics;
using System.Reflection;
using Monolith.Embeddings.Tests.Architecture;
using OnlineTraining.Tests;

namespace TorchRecommender.Tests;

/// <summary>Whatever the user gets wrong: one line that says what and what to do, exit code 2, no stack trace.</summary>
[NonParallelizable]
public class UsageTests
{
    private static readonly string[][] BadArguments =
    [
        [],
        ["--no-such-option"],
        ["--data", "no/such/file"],
        ["--data", "no/such/folder", "--format", "yoochoose"],
        ["--data", ".", "--format", "yoochoose"],
        ["--data", "."],
        ["--data", "FILE", "--format", "netflix"],
        ["--data", "FILE", "--model", "transformer"],
        ["--data", "FILE", "--history", "-1"],
        ["--data", "FILE", "--history", "0", "--model", "din"],
        ["--data", "FILE", "--history", "0", "--format", "yoochoose"],
        ["--data", "FILE", "--device", "tpu"],
        ["--data", "FILE", "--device", "cuda"],
        ["--data", "FILE", "--threads", "0"],
        ["--data", "FILE", "--compare", "dcnv2,transformer"],
        ["--data", "FILE", "--compare", "dcnv2=0"],
        ["--data", "FILE", "--compare", "dcnv2=much"],
        ["--data", "FILE", "--compare", "dcnv2", "--seeds", "0"],
        ["--data", "FILE", "--commit-every", "0"],
        ["--data", "FILE", "--store", "FILE"],
        ["--data", "FILE", "--events", "0"],
        ["--data", "FILE", "--movies", "no/such/file"],
        ["--data", "FILE", "--skip-malformed", "-1"],
        ["--data", "FILE", "--hidden", "a,b"],
        ["--data", "FILE", "--dense-rate", "NaN"],
        ["--data", "FILE", "--plot", "no/such/folder/auc.svg"],
    ];

    [TestCaseSource(nameof(BadArguments))]
    public async Task Bad_arguments_end_in_one_line(params string[] arguments)
    {
        using var files = new SampleFiles();
        var file = files.Write("ratings.dat", SampleFiles.Ratings("::", 300, 9, 3));
        var result = await SampleProgram.RunAsync([.. arguments.Select(argument => argument == "FILE" ? file : argument)]);
        result.AssertOneLine();
        Assert.That(result.Error, Does.Not.Contain("System."), "types of the program");
    }

    [Test]
    public async Task A_model_that_is_none_is_answered_by_those_that_are()
    {
        var result = await SampleProgram.RunAsync("--data", ".", "--model", "transformer");
        Assert.That(result.Error, Does.Contain("deepfm, dlrm, dcnv2"));
    }

    [Test]
    public async Task A_malformed_line_of_clicks_is_named()
    {
        using var files = new SampleFiles();
        files.Write("day_0.txt", "1 2\n1 x\n");
        var result = await SampleProgram.RunAsync("--data", files.Folder, "--format", "yoochoose");
        result.AssertOneLine();
        Assert.That(result.Error, Does.Contain("day_0.txt").And.Contain("line 2"));
    }

    [Test]
    public async Task A_store_of_another_model_is_refused()
    {
        using var files = new SampleFiles();
        var store = files.Path("store");
        await SampleProgram.OutputOfAsync(files, "--store", store, "--events", "200");
        var result = await SampleProgram.RunAsync("--data", files.Path("ratings.dat"), "--store", store, "--model", "deepfm");
        result.AssertOneLine();
    }

    [Test]
    public async Task Help_names_every_option()
    {
        var result = await SampleProgram.RunAsync("--help");
        Assert.That(result.ExitCode, Is.Zero);
        var options = BadArguments.Skip(2).SelectMany(arguments => arguments).Where(a => a.StartsWith("--", StringComparison.Ordinal));
        foreach (var option in options.Distinct()) Assert.That(result.Output, Does.Contain(option));
    }

    [Test]
    public async Task A_program_without_the_native_library_says_so()
    {
        var program = typeof(TorchRun).Assembly;
        var folder = Directory.CreateTempSubdirectory("torch-recommender-").FullName;
        try
        {
            // The managed half alone, and no packages from which TorchSharp would copy the other.
            foreach (var file in Directory.EnumerateFiles(AppContext.BaseDirectory))
            {
                if (!file.EndsWith(".deps.json", StringComparison.Ordinal)) File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
            }
            var start = new ProcessStartInfo("dotnet")
            {
                ArgumentList = { Path.Combine(folder, $"{program.GetName().Name}.dll"), "--data", "." },
                Environment = { ["NUGET_PACKAGES"] = folder },
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            using var process = Process.Start(start)!;
            var output = process.StandardOutput.ReadToEndAsync();
            var error = await process.StandardError.ReadToEndAsync();
            await output;
            await process.WaitForExitAsync();
            Assert.That(process.ExitCode, Is.EqualTo(2), error);
            Assert.That(error.Trim(), Does.StartWith("error: The native library of TorchSharp cannot be loaded").And.Not.Contain("\n"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Test]
    public void No_code_formats_or_reads_by_the_culture_of_the_thread()
    {
        var types = Assembly.Load("TorchRecommender").GetTypes();
        Assert.That(types, Is.Not.Empty);
        Assert.That(types.SelectMany(MethodCode.Of).Where(method => method.Name != "PrintMembers").SelectMany(CultureUse.In), Is.Empty);
    }
}
