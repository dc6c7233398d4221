using System.Diagnostics.Metrics;
using Monolith.Embeddings.Diagnostics;
using Monolith.Embeddings.Training;
using Monolith.Embeddings.Training.Schedules;

namespace Monolith.Embeddings.Tests.Training.Schedules;

/// <summary>What the meter is told of schedules.</summary>
public class ScheduleMeterTests
{
    [Test]
    public void Each_is_measured_by_kind_and_by_table()
    {
        var measured = new List<string>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, own) =>
        {
            if (instrument.Name == TrainingInstruments.Schedules.Name) own.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<double>((_, seconds, tags, _) =>
            measured.Add($"{seconds} {string.Join(' ', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"))}"));
        listener.Start();
        foreach (var kind in Enum.GetValues<ScheduleKind>()) ScheduleMeter.Done(kind, null, TimeSpan.FromSeconds(2));
        ScheduleMeter.Done(ScheduleKind.Eviction, "users", TimeSpan.FromSeconds(3));
        Assert.That(measured, Is.EqualTo(new[]
        {
            "2 kind=sparse", "2 kind=dense", "2 kind=full", "2 kind=eviction", "3 kind=eviction table=users",
        }));
    }
}
