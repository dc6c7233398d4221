using Monolith.Embeddings.Training;
using Samples.Common;

namespace SnapshotsSample.Reporting;

/// <summary>Says a line about each window of events: how well they were predicted, and what is safe.</summary>
public sealed class CommitProgress(OnlineTrainer trainer, TextWriter output) : IProgress<TrainingProgress>
{
    /// <inheritdoc />
    public void Report(TrainingProgress value)
    {
        var commit = trainer.NewestCommit;
        var committed = commit is null
            ? "no commit yet"
            : $"commit {commit.Number}, a {commit.Kind} of {commit.Rows:N0} rows in {Bytes.Format(commit.Training.Length)}";
        output.WriteLine($"{value.Examples,12:N0} events  AUC {value.Window.Auc:F4}  {value.Rows,9:N0} rows  {committed}");
    }
}
