using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace Monolith.Embeddings.Snapshots.Stores.Disk;

/// <summary>
/// What a file is called until it is committed: <c>NAME.PROCESS-RANDOM.snapshot.tmp</c>. The random bits keep processes of equal numbers
/// apart, on two machines or in two containers; and no foreign file is called so by chance, which matters because leftovers of this form
/// are deleted.
/// </summary>
internal static partial class TemporaryNames
{
    /// <summary>Another name for each call.</summary>
    public static string Next(string name)
    {
        var random = RandomNumberGenerator.GetHexString(16, lowercase: true);
        var process = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        return $"{name}.{process}-{random}.snapshot{SnapshotFileNames.Temporary}";
    }

    /// <summary>Whether <see cref="Next"/> makes such names.</summary>
    public static bool IsOne(string file) =>
        Form().Match(file) is { Success: true } match && match.Groups[1].Value is var name
        && (name == DiskManifest.Name || SnapshotFileNames.IsValid(name));

    /// <summary>Whether the file is to be a manifest.</summary>
    public static bool IsOfManifest(string file) => IsOne(file) && file.StartsWith(DiskManifest.Name, StringComparison.Ordinal);

    [GeneratedRegex(@"\A(.+)\.[0-9]+-[0-9a-f]{16}\.snapshot\.tmp\z", RegexOptions.Singleline)]
    private static partial Regex Form();
}
