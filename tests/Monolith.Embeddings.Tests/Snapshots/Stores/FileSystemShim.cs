using System.Diagnostics;
using System.Globalization;
using Monolith.Embeddings.CrashingTrainer;

namespace Monolith.Embeddings.Tests.Snapshots.Stores;

/// <summary>
/// A library, loaded into child processes before the system's, by which any folder seems to lie on another file system, or on one that
/// fails. Made by gcc, on Linux.
/// </summary>
internal sealed class FileSystemShim : IDisposable
{
    private readonly TestFolder _folder = new();

    private FileSystemShim()
    {
    }

    private string Library => Path.Combine(_folder.Path, "shim.so");

    /// <summary>Makes it, or ignores the test with the reason.</summary>
    public static FileSystemShim Create()
    {
        if (!OperatingSystem.IsLinux()) Assert.Ignore("Libraries are loaded before the system's on Linux alone.");
        var shim = new FileSystemShim();
        Directory.CreateDirectory(shim._folder.Path);
        var source = Path.Combine(shim._folder.Path, "shim.c");
        File.WriteAllText(source, FileSystemShimSource.Text);
        shim.Compile(source);
        return shim;
    }

    /// <summary>Starts a child that does something to a store.</summary>
    /// <param name="settings">What the library reads of its environment, see <see cref="FileSystemShimSource"/>.</param>
    /// <param name="arguments">What <see cref="StoreWriter.RunAsync"/> takes, or a folder and a number of steps to train.</param>
    public Process Start(IEnumerable<(string Name, string Value)> settings, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(CrashScenario).Assembly.Location, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["LD_PRELOAD"] = Library;
        foreach (var (name, value) in settings) start.Environment[name] = value;
        return Process.Start(start)!;
    }

    public void Dispose() => _folder.Dispose();

    private void Compile(string source)
    {
        try
        {
            string[] arguments = ["-shared", "-fPIC", "-O1", "-o", Library, source, "-ldl"];
            using var gcc = Process.Start(new ProcessStartInfo("gcc", arguments) { RedirectStandardError = true })!;
            var errors = gcc.StandardError.ReadToEnd();
            gcc.WaitForExit();
            Assert.That(gcc.ExitCode, Is.Zero, string.Create(CultureInfo.InvariantCulture, $"gcc: {errors}"));
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Dispose();
            Assert.Ignore("gcc is not installed.");
        }
    }
}
