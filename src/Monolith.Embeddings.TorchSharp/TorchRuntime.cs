using System.Runtime.InteropServices;
using TorchSharp;

namespace Monolith.Embeddings.TorchSharp;

/// <summary>
/// The native half of TorchSharp, which an application chooses and this package does not bring. Thread-safe.
/// </summary>
public static class TorchRuntime
{
    private const string NewestOfDebian12 = "3.4.30", Needed = "GLIBCXX_3.4.32";

    /// <summary>
    /// Loads the native library, or says what to do. To be called first in a program: TorchSharp's own exception names a package that may
    /// well be there, where another library is too old. Made once; later calls cost nothing.
    /// </summary>
    /// <exception cref="DllNotFoundException">It cannot be loaded; the message says which package or library is missing.</exception>
    public static void Require() => Require(static () => torch.InitializeDeviceType(DeviceType.CPU));

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
