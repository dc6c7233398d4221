using System.Diagnostics;

namespace Monolith.Embeddings.CrashingTrainer.Pipeline;

/// <summary>
/// Kills its own process by SIGKILL, at the n-th time that it does a certain thing, and says before what it does it in. Thread-safe.
/// </summary>
/// <param name="kill">What to kill it in.</param>
/// <param name="after">How often it may come to that before.</param>
/// <param name="notes">A file that a line is appended to, which outlives the process.</param>
public sealed class PipelineKiller(PipelineKill kill, int after, string notes)
{
    private int _left = after;

    /// <summary>Says that the process is about to do a thing, or within it: kills it when the time has come.</summary>
    public void At(PipelineKill where)
    {
        if (where != kill || Interlocked.Decrement(ref _left) >= 0) return;
        lock (this)
        {
            File.AppendAllText(notes, $"{where}\n");
            Process.GetCurrentProcess().Kill();
            // The signal is on its way.
            Thread.Sleep(Timeout.Infinite);
        }
    }
}
