using System.Diagnostics;

namespace Experiments.Trials;

/// <summary>Runs the trials that a journal does not have yet, several at once.</summary>
internal static class TrialRunner
{
    /// <summary>Runs them; a trial that fails ends the run, and those that are done stay in the journal.</summary>
    /// <param name="trials">All trials.</param>
    /// <param name="journal">Has what was done before, and receives what is done now.</param>
    /// <param name="progress">Told of each.</param>
    /// <param name="parallel">How many run at once.</param>
    /// <param name="cancellationToken">Stops; trials that are under way are lost.</param>
    public static Task RunAsync(
        IReadOnlyList<Trial> trials, TrialJournal journal, TrialProgress progress, int parallel, CancellationToken cancellationToken)
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = parallel, CancellationToken = cancellationToken };
        progress.Begin();
        // All arms of a seed before the next: a run that is stopped has whole pairs.
        var left = trials.Where(trial => !journal.Has(trial)).OrderBy(trial => trial.Seed).ToArray();
        return Parallel.ForEachAsync(left, options, async (trial, cancellation) =>
        {
            // Without the stack of the trial before, which holds what that trial had.
            await Task.Yield();
            var start = Stopwatch.GetTimestamp();
            var figures = await trial.RunAsync(cancellation);
            journal.Add(trial, Stopwatch.GetElapsedTime(start).TotalSeconds, figures);
            progress.Step();
        });
    }
}
