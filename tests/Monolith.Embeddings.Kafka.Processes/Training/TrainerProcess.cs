using System.Diagnostics;
using Monolith.Embeddings.Snapshots;

namespace Monolith.Embeddings.Kafka.Processes.Training;

/// <summary>A training in a process of its own, to be killed.</summary>
public static class TrainerProcess
{
    /// <summary>Starts one that follows a topic, waits until it has committed some times, and kills it.</summary>
    /// <param name="folder">The store's.</param>
    /// <param name="servers">The brokers.</param>
    /// <param name="topic">The topic.</param>
    /// <param name="cut">How batches are cut.</param>
    /// <param name="commits">After how many new manifests it is killed.</param>
    public static async Task KillAfterAsync(string folder, string servers, string topic, string cut, int commits)
    {
        using var process = Process.Start(new ProcessStartInfo(
            "dotnet", [typeof(TrainerProcess).Assembly.Location, "train", folder, servers, topic, cut])
        {
            UseShellExecute = false,
        })!;
        try
        {
            var store = new FileSnapshotStore(folder);
            var (seen, changes) = (await TokenAsync(store), 0);
            while (changes < commits && !process.HasExited)
            {
                await Task.Delay(5);
                var token = await TokenAsync(store);
                if (token == seen) continue;
                seen = token;
                changes++;
            }
            if (process.HasExited) throw new InvalidOperationException($"The trainer ended by itself with {process.ExitCode}.");
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync();
        }
    }

    private static async Task<string?> TokenAsync(FileSnapshotStore store) => (await store.ReadManifestAsync())?.Token;
}
