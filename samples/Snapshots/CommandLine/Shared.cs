using System.CommandLine;
using System.CommandLine.Parsing;
using Monolith.Embeddings.Snapshots;

namespace SnapshotsSample.CommandLine;

/// <summary>What several commands ask for.</summary>
internal static class Shared
{
    /// <summary>The store's folder.</summary>
    public static Argument<string> Store() => new("store") { HelpName = "FOLDER", Description = "The folder of the store." };

    /// <summary>The name of a table.</summary>
    public static Option<string> Table() => new("--table") { HelpName = "NAME", Description = "Which table: users or items.", DefaultValueFactory = _ => "items" };

    /// <summary>A whole number of at least 1.</summary>
    public static Option<long> Number(string name, string description, long standard) =>
        new(name) { HelpName = "N", Description = description, DefaultValueFactory = _ => standard, Validators = { AtLeastOne } };

    /// <summary>A store that is there.</summary>
    /// <exception cref="UsageException">The folder is none.</exception>
    public static FileSnapshotStore Existing(string folder) =>
        Directory.Exists(folder) ? new FileSnapshotStore(folder) : throw new UsageException($"There is no folder {folder}; make a store in it by the command train.");

    private static void AtLeastOne(OptionResult result)
    {
        if (result.Tokens.Count > 0 && long.TryParse(result.Tokens[0].Value, out var value) && value < 1) result.AddError($"{result.Option.Name} is {value}; it must be at least 1.");
    }
}
