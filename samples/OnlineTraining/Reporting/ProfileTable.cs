using System.Globalization;
using Monolith.Embeddings.Training;
using Samples.Common;

namespace OnlineTraining.Reporting;

/// <summary>Where the training thread's time went.</summary>
public static class ProfileTable
{
    /// <summary>Writes the table.</summary>
    public static void Write(TrainingProfile profile, double examples, TextWriter output)
    {
        var table = new TextTable("phase", "seconds", "share", "us/event");
        foreach (var phase in Enum.GetValues<TrainingPhase>())
        {
            var time = profile[phase];
            table.Add(Name(phase), Number(time.TotalSeconds, "F2"), Number(100 * (time / profile.Total), "F1") + " %",
                Number(time.TotalMicroseconds / examples, "F2"));
        }
        table.Write(output);
    }

    private static string Name(TrainingPhase phase) => phase switch
    {
        TrainingPhase.Read => "read (waiting)",
        TrainingPhase.Lookup => "lookup and pooling",
        TrainingPhase.Forward => "forward",
        TrainingPhase.Backward => "backward",
        TrainingPhase.Apply => "apply gradients",
        _ => "score, report, evict",
    };

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
