using System.CommandLine;
using Monolith.Embeddings.Snapshots;
using SnapshotsSample.Commands;

namespace SnapshotsSample.CommandLine;

/// <summary>The commands that go back to an earlier state.</summary>
internal static class RestoreCommands
{
    /// <summary>To that of a back-up.</summary>
    public static Command FromBackUp(TextWriter output)
    {
        var (backups, store, over) = (Shared.BackUps(), Shared.Store(), Over());
        var backup = new Option<Guid?>("--back-up")
        {
            HelpName = "ID",
            Description = "Which back-up, as list-back-ups shows it. Default: the newest.",
        };
        var command = new Command("restore", "Make a back-up the newest state of a store: a new one, or that which was backed up.")
        {
            backups, store, backup, over
        };
        command.SetAction((result, cancellationToken) => new Restore(output) { IsOver = result.GetValue(over) }.FromBackUpAsync(
            Shared.ExistingBackUps(result.GetValue(backups)!), new FileSnapshotStore(result.GetValue(store)!), result.GetValue(backup),
            cancellationToken));
        return command;
    }

    /// <summary>To that of a commit.</summary>
    public static Command Commit(TextWriter output)
    {
        var (store, over) = (Shared.Store(), Over());
        var commit = new Argument<ulong>("commit") { HelpName = "N", Description = "The commit, as list shows it." };
        var command = new Command("restore-commit", "Make an earlier commit of a store its newest state.") { store, commit, over };
        command.SetAction((result, cancellationToken) => new Restore(output) { IsOver = result.GetValue(over) }
            .CommitAsync(Shared.Existing(result.GetValue(store)!), result.GetValue(commit), cancellationToken));
        return command;
    }

    /// <summary>To that of a commit, with what is given up kept as a back-up.</summary>
    public static Command Rollback(TextWriter output)
    {
        var (store, backups) = (Shared.Store(), Shared.BackUps());
        var commit = new Argument<ulong>("commit") { HelpName = "N", Description = "The commit, as list shows it." };
        var command = new Command("rollback", "Stop the trainer of a store, keep its newest commit as a back-up, and make an earlier "
            + "commit the newest: replicas load it, and the next trainer goes on from there.") { store, commit, backups };
        command.SetAction((result, cancellationToken) => new Rollback(output).RunAsync(
            Shared.Existing(result.GetValue(store)!), result.GetValue(commit), new FileSnapshotStore(result.GetValue(backups)!),
            cancellationToken));
        return command;
    }

    private static Option<bool> Over() => new("--over") { Description = "Give up the commits that the store has instead." };
}
