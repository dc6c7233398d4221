using System.CommandLine;
using Monolith.Embeddings.Snapshots;
using SnapshotsSample.Commands;

namespace SnapshotsSample.CommandLine;

/// <summary>The command that changes the schema.</summary>
internal static class MigrateCommands
{
    /// <summary>To vectors of another dimension.</summary>
    public static Command Dimension(TextWriter output)
    {
        var (store, dimension) = (Shared.Store(), Shared.Dimension());
        var next = new Argument<string>("next") { HelpName = "NEW", Description = "The folder of the new store." };
        var to = Shared.Dimension("--to", "Dimension of the vectors in the new store.", 16);
        var isDry = new Option<bool>("--dry-run") { Description = "Say what would be kept, and write nothing." };
        var command = new Command("migrate", "Take what a store has learned over into a new one, with vectors of another dimension; say "
            + "what was kept and how predictions change.") { store, next, dimension, to, isDry };
        command.SetAction((result, cancellationToken) => new Migrate(output)
        {
            Dimension = (int)result.GetValue(dimension),
            NewDimension = (int)result.GetValue(to),
        }.RunAsync(
            Shared.Existing(result.GetValue(store)!), result.GetValue(isDry) ? null : new FileSnapshotStore(result.GetValue(next)!),
            cancellationToken));
        return command;
    }
}
