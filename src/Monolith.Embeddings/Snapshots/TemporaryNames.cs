using System.Globalization;
using System.Security.Cryptography;

namespace Monolith.Embeddings.Snapshots;

/// <summary>
/// What a file is called until it is committed: <c>NAME.PROCESS-RANDOM.snapshot.tmp</c>. The random bits keep processes of equal numbers apart, on two machines or in two
/// containers; and nobody else's file is called so by chance, which matters because leftovers of this form are deleted.
/// </summary>
internal static class TemporaryNames
{
    private const int RandomDigits = 16;
    private const string Suffix = ".snapshot" + SnapshotFileNames.Temporary;

    /// <summary>Another name for each call.</summary>
    public static string Next(string name) => string.Create(
        CultureInfo.InvariantCulture, $"{name}.{Environment.ProcessId}-{RandomNumberGenerator.GetHexString(RandomDigits, lowercase: true)}{Suffix}");

    /// <summary>Whether <see cref="Next"/> makes such names.</summary>
    public static bool IsOne(string file)
    {
        if (!file.EndsWith(Suffix, StringComparison.Ordinal)) return false;
        var whole = file.AsSpan(0, file.Length - Suffix.Length);
        var (dot, dash) = (whole.LastIndexOf('.'), whole.LastIndexOf('-'));
        return dot > 0 && dash > dot + 1
            && whole[(dot + 1)..dash].IndexOfAnyExceptInRange('0', '9') < 0
            && whole.Length - dash - 1 == RandomDigits && !whole[(dash + 1)..].ContainsAnyExcept("0123456789abcdef")
            && IsName(whole[..dot].ToString());
    }

    private static bool IsName(string name) => name == DiskManifest.Name || SnapshotFileNames.IsValid(name);
}
