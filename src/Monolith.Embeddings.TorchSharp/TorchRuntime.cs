using System.Runtime.InteropServices;
using TorchSharp;

namespace Monolith.Embeddings.TorchSharp;

/// <summary>
/// The native half of TorchSharp, which an application chooses and this package does not bring. Thread-safe.
/// </summary>
public static class TorchRuntime
{
    private const string NewestOfDebian12 = "3.4.30", Needed = "GLIBCXX_3.4.32", SpinCount = "GOMP_SPINCOUNT", Spins = "5000";

    /// <summary>
    /// Loads the native library, or says what to do. To be called first in a program: TorchSharp's own exception names a package that may
    /// well be there, where another library is too old. Made once; later calls cost nothing.
    /// </summary>
    /// <exception cref="DllNotFoundException">It cannot be loaded; the message says which package or library is missing.</exception>
    public static void Require() => Require(static () => torch.InitializeDeviceType(DeviceType.CPU));

    /// <summary>
    /// Lets threads of libtorch that wait for work sleep after about a tenth of a millisecond. By themselves they spin for some
    /// milliseconds, on cores that the trainer's own threads need between two batches. To be called before anything else of TorchSharp,
    /// once: libtorch reads the setting when it is loaded.
    /// </summary>
    /// <remarks>
    /// Sets <c>GOMP_SPINCOUNT</c> in the environment of the process, for GNU's OpenMP, which libtorch has on Linux. Does nothing on other
    /// systems, and where that variable or <c>OMP_WAIT_POLICY</c> is set already.
    /// </remarks>
    /// <returns>Whether it was set.</returns>
    public static bool LimitSpinning()
    {
        if (!OperatingSystem.IsLinux() || IsSet(SpinCount) || IsSet("OMP_WAIT_POLICY")) return false;
        return SetVariable(SpinCount, Spins, 0) == 0;
    }

    internal static void Require(Action load)
    {
        try
        {
            load();
        }
        catch (Exception cause) when (IsMissing(cause))
        {
            throw new DllNotFoundException(Message(cause), cause);
        }
    }

    /// <summary>The name of a module, once the native library is there: an argument of its base constructor.</summary>
    internal static string Named(string module)
    {
        Require();
        return module;
    }

    private static bool IsSet(string variable) => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(variable));

    // That of .NET changes a copy, which native code does not see.
    [DllImport("libc", EntryPoint = "setenv", ExactSpelling = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetVariable(
        [MarshalAs(UnmanagedType.LPUTF8Str)] string name, [MarshalAs(UnmanagedType.LPUTF8Str)] string value, int overwrites);

    private static bool IsMissing(Exception cause) =>
        cause is DllNotFoundException or BadImageFormatException or NotSupportedException or TypeInitializationException
            or EntryPointNotFoundException;

    private static string Message(Exception cause)
    {
        var system = OperatingSystem.IsLinux()
            ? $" Where it is there, the system's libstdc++ is too old: {Needed} is needed, which Debian 13 and Ubuntu 24.04 have; Debian "
              + $"12 ends at {NewestOfDebian12}."
            : "";
        var version = typeof(torch).Assembly.GetName().Version?.ToString(3);
        return $"The native library of TorchSharp cannot be loaded on {RuntimeInformation.RuntimeIdentifier}. Add the package "
            + $"TorchSharp-cpu or TorchSharp-cuda-linux, of the version of TorchSharp ({version}), to "
            + $"the application.{system} The system says: {FirstLine(cause.GetBaseException().Message)}";
    }

    private static string FirstLine(string text) => text.Split('\n', 2)[0].Trim();
}
