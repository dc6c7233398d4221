using System.Diagnostics;

namespace BeforeAfter.Versions;

/// <summary>Runs other programs.</summary>
internal static class Command
{
    /// <summary>Runs a program to its end.</summary>
    /// <param name="folder">The folder that it runs in.</param>
    /// <param name="program">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <returns>The exit code, and what it wrote to both outputs.</returns>
    public static (int ExitCode, string Output) Run(string folder, string program, params string[] arguments)
    {
        using var process = Start(folder, program, arguments);
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd() + error.GetAwaiter().GetResult();
        process.WaitForExit();
        return (process.ExitCode, output);
    }

    /// <summary>As <see cref="Run"/>, but what it writes is read while it runs.</summary>
    /// <returns>The exit code, and what it wrote to its error output.</returns>
    public static (int ExitCode, string Error) Pipe(string folder, Action<Stream> read, string program, params string[] arguments)
    {
        using var process = Start(folder, program, arguments);
        var error = process.StandardError.ReadToEndAsync();
        read(process.StandardOutput.BaseStream);
        process.WaitForExit();
        return (process.ExitCode, error.GetAwaiter().GetResult());
    }

    private static Process Start(string folder, string program, string[] arguments)
    {
        var info = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // What 'dotnet run' tells the program that it starts would bind another build to the same SDK.
        foreach (var name in info.Environment.Keys.Where(name => name.StartsWith("MSBuild", StringComparison.OrdinalIgnoreCase)).ToArray())
            info.Environment.Remove(name);
        info.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        try
        {
            return Process.Start(info)!;
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            throw new UsageException($"'{program}' cannot be started: {exception.Message}. It must be on the PATH.");
        }
    }
}
