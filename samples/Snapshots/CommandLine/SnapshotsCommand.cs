using System.CommandLine;
using Monolith.Embeddings.Rows;
using SnapshotsSample.Commands;

namespace SnapshotsSample.CommandLine;

/// <summary>The commands of the command line, their arguments and their meaning.</summary>
public static class SnapshotsCommand
{
    /// <summary>The command of all commands.</summary>
    /// <param name="output">Where they report.</param>
    public static RootCommand Build(TextWriter output) => new(
        "Trains a small recommender on a synthetic click stream, commits what it learns to a store of snapshots, and looks at such stores.")
    {
        TrainCommand(output), FollowCommand(output), CompactCommand(output), ListCommand(output), VerifyCommand(output),
            BackUpCommands.Create(output), BackUpCommands.List(output), BackUpCommands.Verify(output), BackUpCommands.Retain(output),
            RestoreCommands.FromBackUp(output), RestoreCommands.Commit(output), RestoreCommands.Rollback(output),
            ExplainCommand(output), MigrateCommands.Dimension(output),
            ExportCommands.Rows(output), ExportCommands.Dense(output), ExportCommands.Text(output),
            DemoCommand(output),
    };

    private static Command TrainCommand(TextWriter output)
    {
        var store = Shared.Store();
        var events = Shared.Number("--events", "Learn until the stream has given this many events.", 100_000);
        var steps = Shared.Number("--commit-every", "Commit after this many batches of 256.", 50);
        var dimension = Shared.Dimension();
        var seed = new Option<ulong>("--seed")
        {
            HelpName = "N",
            Description = "Seed of all first values and of the stream.",
            DefaultValueFactory = _ => 1,
        };
        var warmStart = new Option<string?>("--warm-start")
        {
            HelpName = "FOLDER",
            Description = "Begin a new store with the weights of this one. Vectors of another dimension start as new ones.",
        };
        var command = new Command("train", "Go on from the newest commit of a store, or begin one, and commit what is learned. Ctrl+C "
            + "stops it with a last commit.") { store, events, steps, dimension, seed, warmStart };
        command.SetAction((result, cancellationToken) => new Train(output)
        {
            Folder = result.GetValue(store)!,
            Events = result.GetValue(events),
            CommitEvery = result.GetValue(steps),
            Dimension = (int)result.GetValue(dimension),
            Seed = result.GetValue(seed),
            WarmStart = result.GetValue(warmStart),
        }.RunAsync(cancellationToken));
        return command;
    }

    private static Command FollowCommand(TextWriter output)
    {
        var (store, dimension) = (Shared.Store(), Shared.Dimension());
        var precision = new Option<RowFormat>("--precision")
        {
            HelpName = "FORMAT",
            Description = "How weights are held: Float32, Float16 or Int8.",
            DefaultValueFactory = _ => RowFormat.Float16,
        };
        var user =
            new Option<long>("--user") { HelpName = "ID", Description = "Whom to recommend items to.", DefaultValueFactory = _ => 1 };
        var until = Shared.Number("--until", "Stop when the replica holds this commit. Ctrl+C stops it before.", long.MaxValue);
        var command = new Command("follow", "Serve from a store: hold the newest weights, recommend items by them, follow each commit.")
        {
            store, precision, user, until, dimension
        };
        command.SetAction((result, cancellationToken) => new Follow(output)
        {
            Dimension = (int)result.GetValue(dimension),
            Precision = result.GetValue(precision),
            User = result.GetValue(user),
        }.RunAsync(Shared.Existing(result.GetValue(store)!), (ulong)result.GetValue(until), cancellationToken));
        return command;
    }

    private static Command CompactCommand(TextWriter output)
    {
        var store = Shared.Store();
        var keep = new Option<long?>("--keep")
        {
            HelpName = "N",
            Description = "Drop all commits but the newest N and what these need. Default: all stay.",
            Validators = { Shared.AtLeastOne },
        };
        var command = new Command("compact", "Fold the deltas of a store into a new full, while training goes on or not.") { store, keep };
        command.SetAction((result, cancellationToken) => new Compact(output)
            .RunAsync(Shared.Existing(result.GetValue(store)!), result.GetValue(keep), cancellationToken));
        return command;
    }

    private static Command VerifyCommand(TextWriter output)
    {
        var store = Shared.Store();
        var forgotten = new Option<bool>("--forgotten")
        {
            Description = "Look instead for ids that were forgotten: exit code 1 where a file still has some.",
        };
        var command = new Command("verify", "Read every byte of a store, and check every checksum.") { store, forgotten };
        command.SetAction((result, cancellationToken) =>
        {
            var (inspect, existing) = (new Inspect(output), Shared.Existing(result.GetValue(store)!));
            return result.GetValue(forgotten)
                ? inspect.FindForgottenAsync(existing, cancellationToken)
                : inspect.VerifyAsync(existing, cancellationToken);
        });
        return command;
    }

    private static Command ExplainCommand(TextWriter output)
    {
        var (store, table) = (Shared.Store(), Shared.Table());
        var id = new Argument<long>("id") { HelpName = "ID", Description = "The id: a user's or an item's number." };
        var command = new Command("explain", "Say what the newest commit of a store has of an id: a row, a count, or nothing, and why.")
        {
            store, id, table
        };
        command.SetAction((result, cancellationToken) => new Inspect(output).ExplainAsync(
            Shared.Existing(result.GetValue(store)!), result.GetValue(table)!, result.GetValue(id), cancellationToken));
        return command;
    }

    private static Command DemoCommand(TextWriter output)
    {
        var command = new Command(
            "demo", "All of it at once, in a folder that is deleted in the end: train, follow meanwhile, compact, verify, list.");
        command.SetAction((_, cancellationToken) => new Demo(output).RunAsync(cancellationToken));
        return command;
    }

    private static Command ListCommand(TextWriter output)
    {
        var store = Shared.Store();
        var command = new Command("list", "Show the chain of a store: its commits with their sizes, counts and times.") { store };
        command.SetAction(
            (result, cancellationToken) => new Inspect(output).ListAsync(Shared.Existing(result.GetValue(store)!), cancellationToken));
        return command;
    }
}
