using Monolith.Embeddings.CrashingTrainer;
using Monolith.Embeddings.Training;
using Monolith.Embeddings.Training.Metrics;
using Monolith.Embeddings.Training.Publication;

namespace Monolith.Embeddings.Tests.Training.Publication;

/// <summary>A number that is none is out of every bound: it never opens a gate.</summary>
public class NumbersThatAreNoneTests
{
    [Test]
    public void A_score_that_is_none_is_changed()
    {
        var probe = new ProbeScores(changedBy: 0.05);
        probe.Judge([0.1f, 0.2f, 0.3f, 0.4f]);
        Assert.That(probe.ChangedShare, Is.Null, "nothing to compare with");
        probe.Publish();
        probe.Judge([float.NaN, 0.2f, 0.34f, 0.3f]);
        Assert.That(probe.ChangedShare, Is.EqualTo(0.5));
        probe.Judge([0.9f]);
        Assert.That(probe.ChangedShare, Is.EqualTo(0.5), "other rows say nothing");
    }

    [Test]
    public void A_window_whose_numbers_are_none_is_out_of_every_bound()
    {
        var bounds = new PublicationBounds { MaxLogLoss = 1, MaxLogLossRise = 1, MinCalibration = 0.5, MaxCalibration = 2 };
        var task = new GateTask(CrashScenario.CreateSchema().Tasks[0], bounds);
        task.Judge(new ScoreSums(10, 10, 5, 5, 4), minExamples: 10);
        Assert.That(task.Faults, Is.Empty);
        task.BeginPublish(isByHand: false);
        task.Publish();
        task.Judge(new ScoreSums(19, 19, 5, double.NaN, double.NaN), minExamples: 10);
        Assert.That(task.Faults, Is.Empty, "too few examples to judge");
        task.Judge(new ScoreSums(20, 20, 5, double.NaN, double.NaN), minExamples: 10);
        Assert.That(task.Faults.Select(fault => fault.Measure), Is.EqualTo(new[]
        {
            PublicationMeasure.LogLoss, PublicationMeasure.LogLossRise, PublicationMeasure.Calibration, PublicationMeasure.Calibration,
        }));
    }
}
