using System.Diagnostics.Metrics;
using Monolith.Embeddings.Diagnostics;

namespace Monolith.Embeddings.Training.Observing;

/// <summary>
/// Shows the figures of every living trainer as metrics. They are read when metrics are collected, and cost nothing else. Thread-safe.
/// </summary>
internal static class TrainerMeter
{
    private static readonly LivingParts<TrainingFigures> Trainers = new();
    private static readonly ObservableInstrument<long> NewIds;

    static TrainerMeter()
    {
        Show(TrainingInstruments.Examples, figures => figures.Examples);
        Show(TrainingInstruments.LostExamples, figures => figures.LostExamples);
        Show(TrainingInstruments.ReadWait, figures => figures.ReadWait.TotalSeconds);
        Show(TrainingInstruments.BatchAge, figures => figures.BatchAge?.TotalSeconds);
        Show(TrainingInstruments.EventTimeLag, figures => figures.EventTimeLag?.TotalSeconds);
        Show(TrainingInstruments.CommitAge, figures => figures.CommitAge?.TotalSeconds);
        EmbeddingMeter.Observed(
            TrainingInstruments.Status, () => Trainers.All().SelectMany(figures => figures.Status?.Invoke(ModelOf(figures)) ?? []));
        ShowSlots(InputInstruments.Ids, slot => slot.Ids);
        ShowSlots(InputInstruments.EmptyExamples, slot => slot.EmptyExamples);
        NewIds = ShowSlots(InputInstruments.NewIds, slot => slot.NewIds);
        ShowSlots(InputInstruments.Silence, slot => slot.Silence);
        EmbeddingMeter.Observed(InputInstruments.AbsentNumbers, () => Trainers.All().SelectMany(AbsentNumbers));
        EmbeddingMeter.Observed(StoreInstruments.Size, () => Trainers.All().SelectMany(Sizes));
        EmbeddingMeter.Observed(StoreInstruments.Free, () => Trainers.All().SelectMany(Free));
    }

    /// <summary>Whether there is a listener for the number of new ids, which is found out for that alone.</summary>
    public static bool CountsNewIds => NewIds.Enabled;

    public static void Add(TrainingFigures trainer) => Trainers.Add(trainer);

    public static void Remove(TrainingFigures trainer) => Trainers.Remove(trainer);

    // Where there is nothing to measure, nothing is shown.
    private static void Show<T>(InstrumentDescription shown, Func<TrainingFigures, T?> read)
        where T : struct => EmbeddingMeter.Observed(shown, () =>
            from figures in Trainers.All()
            let value = read(figures)
            where value is not null
            select new Measurement<T>(value.Value, ModelOf(figures)));

    private static void Show(InstrumentDescription shown, Func<TrainingFigures, long> read) =>
        Show<long>(shown, figures => read(figures));

    private static void Show(InstrumentDescription shown, Func<TrainingFigures, double> read) =>
        Show<double>(shown, figures => read(figures));

    private static ObservableInstrument<long> ShowSlots(InstrumentDescription shown, Func<SlotCounts, long> read) =>
        EmbeddingMeter.Observed(shown, () =>
            from figures in Trainers.All()
            from slot in figures.Inputs.Slots.ToArray()
            select new Measurement<long>(
                read(figures.Inputs.Of(slot)), ModelOf(figures), KeyValuePair.Create(InstrumentTags.Slot, (object?)slot.Name)));

    private static IEnumerable<Measurement<long>> AbsentNumbers(TrainingFigures figures) =>
        figures.Inputs.Numbers.Select((name, column) => new Measurement<long>(
            figures.Inputs.AbsentNumbers(column), ModelOf(figures), KeyValuePair.Create(InstrumentTags.Number, (object?)name)));

    private static IEnumerable<Measurement<long>> Sizes(TrainingFigures figures)
    {
        if (figures.Store?.Invoke() is not { } store) yield break;
        foreach (var (kind, bytes) in new[] { ("full", store.Full), ("deltas", store.Deltas), ("older", store.Older) })
            yield return new Measurement<long>(bytes, ModelOf(figures), KeyValuePair.Create(InstrumentTags.Kind, (object?)kind));
    }

    private static IEnumerable<Measurement<long>> Free(TrainingFigures figures) =>
        figures.Store?.Invoke()?.Free is { } free ? [new Measurement<long>(free, ModelOf(figures))] : [];

    private static KeyValuePair<string, object?> ModelOf(TrainingFigures figures) =>
        KeyValuePair.Create(InstrumentTags.Model, (object?)figures.Model);
}
