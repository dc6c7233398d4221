namespace Monolith.Embeddings.Snapshots.Stores;

/// <summary>
/// Which names files may have: such as every file system and object store takes, and none that stores use for themselves.
/// </summary>
internal static class SnapshotFileNames
{
    public const int MaxLength = 128;
    public const string Reserved = "manifest", Temporary = ".tmp";

    public static bool IsValid(string name) =>
        name.Length is > 0 and <= MaxLength
        && char.IsAsciiLetterOrDigit(name[0]) && char.IsAsciiLetterOrDigit(name[^1])
        && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '.' or '-' or '_')
        && !name.StartsWith(Reserved, StringComparison.Ordinal)
        && !name.EndsWith(Temporary, StringComparison.Ordinal);

    /// <summary>The refusal of a name that a file has.</summary>
    public static SnapshotException Taken(string name) =>
        new(SnapshotFault.Refused, name, "a name that was never used", "a file of this name. Names are not used again: choose another.");

    /// <exception cref="ArgumentException">The name cannot be used.</exception>
    public static void Require(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (IsValid(name)) return;
        throw new ArgumentException(
            $"'{name}' is no file name of a snapshot store: 1 to {MaxLength} of a-z, 0-9, '.', '-', '_', beginning and ending with a "
            + "letter or digit, "
            + $"not beginning with '{Reserved}' and not ending with '{Temporary}'.", nameof(name));
    }
}
