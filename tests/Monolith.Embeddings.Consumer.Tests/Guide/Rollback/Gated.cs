// docs/guide/rollback.md shows what stands between the two marks, to the letter; RollbackPageTests holds that.
// <page>
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Training;

public static class Gated
{
    /// <summary>Options of a trainer whose replicas get no model that is much worse than those before, or much different.</summary>
    public static OnlineTrainerOptions CreateOptions(ExampleSource probe) => new()
    {
        Synchronization = new()
        {
            Gate = new()
            {
                // Of each task: a tenth above the recent log-loss, or predictions a quarter too low or too high.
                Bounds = [new() { MaxLogLossRise = 0.1, MinCalibration = 0.8, MaxCalibration = 1.25 }],
                MinExamples = 20_000,
                // The first model is bad at first, and is not served yet.
                StartAfterExamples = 1_000_000,
                // Rows of your own choice: popular items, important customers.
                Probe = probe,
                ProbeExamples = 1000,
                MaxChangedShare = 0.3,
            },
        },
    };

    /// <summary>For a health check of the trainer.</summary>
    public static (bool IsHealthy, string Description) Check(OnlineTrainer trainer) =>
        (!trainer.Gate!.Status.IsHeld, trainer.Gate.Status.Description);

    /// <summary>Nothing reaches replicas from the next commit on: a release is under way, or something looks wrong.</summary>
    public static void Stop(OnlineTrainer trainer, string why) => trainer.Gate!.Hold(why);

    /// <summary>The bounds decide again.</summary>
    public static void GoOn(OnlineTrainer trainer) => trainer.Gate!.Release();

    /// <summary>A person looked, and the change is intended: replicas get it now, and later models are compared with it.</summary>
    public static void Accept(OnlineTrainer trainer) => trainer.Gate!.PublishNext();
}
// </page>
