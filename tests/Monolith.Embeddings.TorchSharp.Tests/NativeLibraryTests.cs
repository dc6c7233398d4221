using System.Diagnostics;
using Monolith.Embeddings.TorchSharp.CrashingTrainer;

namespace Monolith.Embeddings.TorchSharp.Tests;

/// <summary>A native library that is missing, or cannot be loaded, is one sentence that says what to do.</summary>
public class NativeLibraryTests
{
    private static readonly Exception[] Causes =
    [
        new NotSupportedException("This application doesn't contain a reference to libtorch-cpu-linux-x64.\n\nTrace: ..."),
        new TypeInitializationException("TorchSharp.torch", new NotSupportedException("no reference")),
        new DllNotFoundException("no such library"), new BadImageFormatException(), new EntryPointNotFoundException(),
    ];

    [TestCaseSource(nameof(Causes))]
    public void What_TorchSharp_throws_becomes_a_sentence(Exception cause)
    {
        var refusal = Assert.Throws<DllNotFoundException>(() => TorchRuntime.Require(() => throw cause))!;
        Assert.That(refusal.Message, Does.Contain("TorchSharp-cpu").And.Contain("TorchSharp-cuda-linux").And.Contain("0.107.0"));
        Assert.That(refusal.Message, Does.Not.Contain("\n").And.Not.Contain("Trace"));
        Assert.That(refusal.Message, Does.Contain("GLIBCXX_3.4.32"));
        Assert.That(refusal.InnerException, Is.SameAs(cause));
    }

    [Test]
    public void Anything_else_comes_through() =>
        Assert.That(() => TorchRuntime.Require(() => throw new TimeoutException()), Throws.InstanceOf<TimeoutException>());

    [Test]
    public async Task A_program_without_the_library_says_so()
    {
        var (program, folder) = (typeof(TorchScenario).Assembly, Directory.CreateTempSubdirectory("monolith-torch-").FullName);
        try
        {
            // The managed half alone, and no packages from which TorchSharp would copy the other.
            foreach (var file in Directory.EnumerateFiles(Path.GetDirectoryName(program.Location)!))
            {
                if (!file.EndsWith(".deps.json", StringComparison.Ordinal)) File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
            }
            var name = program.GetName().Name;
            File.Copy(Path.Combine(AppContext.BaseDirectory, $"{name}.runtimeconfig.json"),
                Path.Combine(folder, $"{name}.runtimeconfig.json"), overwrite: true);
            var start = new ProcessStartInfo("dotnet")
            {
                ArgumentList = { Path.Combine(folder, $"{name}.dll"), folder, "1" },
                Environment = { ["NUGET_PACKAGES"] = folder },
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            using var process = Process.Start(start)!;
            var output = process.StandardOutput.ReadToEndAsync();
            var errors = await process.StandardError.ReadToEndAsync();
            await output;
            await process.WaitForExitAsync();
            Assert.That(process.ExitCode, Is.EqualTo(3));
            Assert.That(errors.Trim(), Does.StartWith("The native library of TorchSharp cannot be loaded").And.Not.Contain("\n"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
