using System.Diagnostics;
using System.Globalization;
using Monolith.Embeddings.CrashingTrainer;

namespace Monolith.Embeddings.Tests.Snapshots;

/// <summary>
/// A library, loaded into child processes before the system's, by which any folder seems to lie on a network's file system, or on one
/// without locks. Made by gcc, on Linux.
/// </summary>
internal sealed class FileSystemShim : IDisposable
{
    private const string Source = """
        #define _GNU_SOURCE
        #include <dlfcn.h>
        #include <errno.h>
        #include <stdlib.h>
        #include <sys/statfs.h>

        static int pretend(int code, long *type)
        {
            const char *wanted = getenv("SHIM_FILE_SYSTEM");
            if (code == 0 && wanted) *type = strtol(wanted, 0, 16);
            return code;
        }

        int fstatfs(int file, struct statfs *told)
        {
            int (*next)(int, struct statfs *) = dlsym(RTLD_NEXT, "fstatfs");
            return pretend(next(file, told), (long *)&told->f_type);
        }

        int fstatfs64(int file, struct statfs64 *told)
        {
            int (*next)(int, struct statfs64 *) = dlsym(RTLD_NEXT, "fstatfs64");
            return pretend(next(file, told), (long *)&told->f_type);
        }

        int flock(int file, int operation)
        {
            int (*next)(int, int) = dlsym(RTLD_NEXT, "flock");
            if (!getenv("SHIM_NO_LOCKS")) return next(file, operation);
            errno = ENOLCK;
            return -1;
        }
        """;

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
        File.WriteAllText(source, Source);
        shim.Compile(source);
        return shim;
    }

    /// <summary>Starts a child that does something to a store.</summary>
    /// <param name="fileSystem">The type that the folder seems to have, in hexadecimal digits; null for its own.</param>
    /// <param name="hasLocks">Whether files can be locked.</param>
    /// <param name="arguments">What <see cref="StoreWriter.RunAsync"/> takes, or a folder and a number of steps to train.</param>
    public Process Start(string? fileSystem, bool hasLocks, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(CrashScenario).Assembly.Location, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["LD_PRELOAD"] = Library;
        if (fileSystem is not null) start.Environment["SHIM_FILE_SYSTEM"] = fileSystem;
        if (!hasLocks) start.Environment["SHIM_NO_LOCKS"] = "1";
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
