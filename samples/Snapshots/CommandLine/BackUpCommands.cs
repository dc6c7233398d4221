using System.CommandLine;
using Monolith.Embeddings.Snapshots;
using SnapshotsSample.Commands;

namespace SnapshotsSample.CommandLine;

/// <summary>The commands that make back-ups and keep them.</summary>
internal static class BackUpCommands
{
    /// <summary>Makes one.</summary>
    public static Command Create(TextWriter output)
    {
        var (store, backups) = (Shared.Store(), Shared.BackUps());
        var command = new Command("back-up", "Add the newest commit of a store to a folder of back-ups, while training goes on or not: "
            + "what is new is copied, and every byte of it checked.") { store, backups };
        command.SetAction((result, cancellationToken) => new BackUps(output).CreateAsync(
            Shared.Existing(result.GetValue(store)!), new FileSnapshotStore(result.GetValue(backups)!), cancellationToken));
        return command;
    }

    /// <summary>Shows them.</summary>
    public static Command List(TextWriter output) =>
        Of("list-back-ups", "Show the back-ups of a folder, oldest first.", new BackUps(output).ListAsync);

    /// <summary>Reads them.</summary>
    public static Command Verify(TextWriter output) =>
        Of("verify-back-ups", "Read every byte of every back-up, and check every checksum.", new BackUps(output).VerifyAsync);

    /// <summary>Drops old ones.</summary>
    public static Command Retain(TextWriter output)
    {
        var backups = Shared.BackUps();
        var keep = new Option<long>("--keep")
        {
            HelpName = "N",
            Description = "Drop all back-ups but the newest N.",
            Required = true,
            Validators = { Shared.AtLeastOne },
        };
        var command = new Command("retain-back-ups", "Drop old back-ups, and delete the files that no other one has.") { backups, keep };
        command.SetAction((result, cancellationToken) => new BackUps(output)
            .RetainAsync(Shared.ExistingBackUps(result.GetValue(backups)!), result.GetValue(keep), cancellationToken));
        return command;
    }

    private static Command Of(string name, string description, Func<SnapshotStore, CancellationToken, Task<int>> action)
    {
        var backups = Shared.BackUps();
        var command = new Command(name, description) { backups };
        command.SetAction(
            (result, cancellationToken) => action(Shared.ExistingBackUps(result.GetValue(backups)!), cancellationToken));
        return command;
    }
}
