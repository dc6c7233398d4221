using Microsoft.Extensions.Options;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Consumer.Tests.Faults.Threads;

/// <summary>Runs actions on threads of their own, from the same moment, and tells what they threw that no user should meet.</summary>
internal static class Race
{
    /// <summary>What a misused object may say.</summary>
    private static readonly Type[] Clear =
    [
        typeof(ObjectDisposedException), typeof(InvalidOperationException), typeof(OperationCanceledException),
        typeof(TaskCanceledException), typeof(SnapshotException), typeof(BatchInterruptedException),
        typeof(OptionsValidationException), typeof(ArgumentException),
    ];

    /// <summary>What an action throws; null for nothing.</summary>
    public static async Task<Exception?> CaughtAsync(Func<Task> action)
    {
        try
        {
            await action();
            return null;
        }
        catch (Exception exception)
        {
            return exception;
        }
    }

    public static void Run(string what, params Action[] actions) =>
        RunAsync(what, [.. actions.Select(action => (Func<Task>)(() => Task.Run(action)))]).GetAwaiter().GetResult();

    public static async Task RunAsync(string what, params Func<Task>[] actions)
    {
        var faults = await FaultsOf(actions);
        Assert.That(faults.Where(fault => Array.IndexOf(Clear, fault.GetType()) < 0), Is.Empty, what);
    }

    /// <summary>Everything that the actions threw.</summary>
    public static async Task<IReadOnlyList<Exception>> FaultsOf(Func<Task>[] actions)
    {
        using var start = new Barrier(actions.Length);
        var faults = await Task.WhenAll(actions.Select(action => Task.Factory.StartNew(
            () =>
            {
                start.SignalAndWait();
                return CaughtAsync(action).GetAwaiter().GetResult();
            },
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        return [.. faults.OfType<Exception>()];
    }
}
