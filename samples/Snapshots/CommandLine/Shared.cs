using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tables;
using Samples.Common;

namespace SnapshotsSample.CommandLine;

/// <summary>What several commands ask for.</summary>
internal static class Shared
{
    /// <summary>The store's folder.</summary>
    public static Argument<string> Store() => new("store") { HelpName = "FOLDER", Description = "The folder of the store." };

    /// <summary>The folder of back-ups.</summary>
    public static Argument<string> BackUps() => new("backups") { HelpName = "BACKUPS", Description = "The folder of the back-ups." };

    /// <summary>The name of a table.</summary>
    public static Option<string> Table() =>
        new("--table") { HelpName = "NAME", Description = "Which table: users or items.", DefaultValueFactory = _ => "items" };

    /// <summary>The dimension of the vectors.</summary>
    public static Option<long> Dimension() => Dimension("--dimension", "Dimension of the vectors; a store keeps to one.", 8);

    /// <summary>A dimension of vectors.</summary>
    public static Option<long> Dimension(string name, string description, long standard)
    {
        var option = Number(name, description, standard);
        option.Validators.Add(result => AtMost(result, SegmentOptions.MaxDimension));
        return option;
    }

    /// <summary>A whole number of at least 1.</summary>
    public static Option<long> Number(string name, string description, long standard) =>
        new(name) { HelpName = "N", Description = description, DefaultValueFactory = _ => standard, Validators = { AtLeastOne } };

    /// <summary>A store that is there.</summary>
    /// <exception cref="UsageException">The folder is none.</exception>
    public static FileSnapshotStore Existing(string folder) => Existing(folder, "make a store in it by the command train.");

    /// <summary>Back-ups that are there.</summary>
    /// <exception cref="UsageException">The folder is none.</exception>
    public static FileSnapshotStore ExistingBackUps(string folder) =>
        Existing(folder, "make back-ups in it by the command back-up.");

    /// <summary>Requires a number of at least 1.</summary>
    public static void AtLeastOne(OptionResult result)
    {
        if (ValueOf(result) < 1) result.AddError($"{result.Option.Name} is {ValueOf(result)}; it must be at least 1.");
    }

    /// <summary>The folders that a command line names, for messages that name files alone.</summary>
    public static string FoldersOf(string[] arguments)
    {
        string[] folders = [.. arguments.Skip(1).Where(Directory.Exists).Select(Path.GetFullPath).Distinct(StringComparer.Ordinal)];
        return folders.Length == 0 ? "" : $" Look in {string.Join(" and ", folders)}.";
    }

    private static void AtMost(OptionResult result, long maximum)
    {
        if (ValueOf(result) > maximum) result.AddError($"{result.Option.Name} is {ValueOf(result)}; it must be at most {maximum}.");
    }

    // What is no number is refused by its type.
    private static long? ValueOf(OptionResult result) =>
        result.Tokens.Count > 0
        && long.TryParse(result.Tokens[0].Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value : null;

    private static FileSnapshotStore Existing(string folder, string mend) =>
        Directory.Exists(folder) ? new FileSnapshotStore(folder) : throw new UsageException($"There is no folder {folder}; {mend}");
}
