using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Models.Sections;

namespace Monolith.Embeddings.Training.Migration;

/// <summary>Gives a model of the new schema what the old one has learned.</summary>
/// <param name="before">The old model, loaded.</param>
/// <param name="after">The new model.</param>
/// <param name="names">Which parts of the schemas are the same.</param>
/// <param name="report">Receives a line for each section, derived feature and correction.</param>
internal sealed class ModelMigration(OnlineModel before, OnlineModel after, MigrationNames names, List<MigratedPart> report)
{
    private readonly ModelSections _from = new(), _to = new();

    public void Run()
    {
        before.Save(_from);
        after.Save(_to);
        if (before.Name != after.Name) ReportAll(MigrationOutcome.New, $"it was a model '{before.Name}'");
        else if (HaveOneShape && AreInputsSame) TakeWhole();
        else if (before.SectionLayouts.Count > 0 && after.SectionLayouts.Count > 0) TakeByLayouts();
        else
        {
            ReportAll(MigrationOutcome.New,
                $"the model does not say what its weights belong to ({nameof(OnlineModel.SectionLayouts)}), and its inputs have changed");
        }
        TakeDerived();
        TakeCalibration();
    }

    // Then each number means what it meant, whatever the model knows of it.
    private bool AreInputsSame
    {
        get
        {
            var (was, now) = (before.Schema, after.Schema);
            return was.Slots.Count == now.Slots.Count && was.Slots.Zip(now.Slots).All(pair => IsSame(pair.First, pair.Second))
                && was.Layout.Segments.Count == now.Layout.Segments.Count
                && was.Layout.Segments.Zip(now.Layout.Segments).All(pair => AreSame(pair.First, pair.Second))
                && was.Layout.Sequences.Select(s => (s.SegmentName, s.Dimension))
                    .SequenceEqual(now.Layout.Sequences.Select(s => (s.SegmentName, s.Dimension)))
                && was.DenseWidth == now.DenseWidth
                && was.DerivedDense.Select(derived => (derived.Name, derived.Description))
                    .SequenceEqual(now.DerivedDense.Select(derived => (derived.Name, derived.Description)))
                && was.Tasks.Count == now.Tasks.Count
                && was.Tasks.Zip(now.Tasks).All(pair =>
                    names.Tasks.Before(pair.Second.Name) == pair.First.Name && pair.First.Correction == pair.Second.Correction);
        }
    }

    private bool HaveOneShape
    {
        get
        {
            if (_from.All.Count == 0 && _to.All.Count == 0) return true;
            // What a model adds only for a time may be in one alone: a part of the state of training.
            var was = _from.All.Where(IsCompared).Select(TextOf).Order(StringComparer.Ordinal);
            return was.SequenceEqual(_to.All.Where(IsCompared).Select(TextOf).Order(StringComparer.Ordinal), StringComparer.Ordinal);
        }
    }

    private bool IsSame(FeatureSlot was, FeatureSlot now) =>
        names.Slots.Before(now.Name) == was.Name && names.Tables.Before(now.TableName) == was.TableName && was.Pooling == now.Pooling
        && was.MaxIds == now.MaxIds && was.Order == now.Order && was.StepValues.SequenceEqual(now.StepValues);

    private static bool AreSame(SegmentLayout was, SegmentLayout now) =>
        was.Name == now.Name && was.Columns.Select(column => (column.Slot.Index, column.Start, column.Width, column.Dimension))
            .SequenceEqual(now.Columns.Select(column => (column.Slot.Index, column.Start, column.Width, column.Dimension)));

    private bool IsCompared(ModelSection section) =>
        section.Role == SectionRole.Weights || section.Kind == ModelSectionKind.Text || section.Kind == ModelSectionKind.Floats;

    // Texts too: the names of optimizers, which say what a state means. Names of heads may have changed with those of tasks.
    private string TextOf(ModelSection section) => section.Kind == ModelSectionKind.Text && section.Role == SectionRole.TrainingState
        ? $"{section.Name} {Convert.ToHexString(section.Data.Span)}"
        : $"{section.Name} {section.Kind} {SectionShape.TextOf(section.Shape)}";

    private void TakeWhole()
    {
        var taken = new ModelSections();
        // Names of tasks are the new model's own.
        foreach (var section in _from.All)
        {
            var own = section.Kind == ModelSectionKind.Text ? _to.All.FirstOrDefault(other => other.Name == section.Name) : null;
            taken.Add(own ?? section);
        }
        try
        {
            after.Load(taken);
        }
        catch (InvalidDataException cause)
        {
            ReportAll(MigrationOutcome.New, $"the new model refuses the old weights: {cause.Message}");
            return;
        }
        ReportAll(MigrationOutcome.Kept, "");
    }

    private void TakeByLayouts()
    {
        var (was, now) = (LayoutsOf(before), LayoutsOf(after));
        foreach (var section in Floats(SectionRole.Weights)) Take(section, was, now);
        // What is kept of a state is laid over one that goes with the new weights.
        after.BeginStates(_to);
        foreach (var section in Floats(SectionRole.TrainingState)) Take(section, was, now);
        after.TakeCounts(before, _from, _to, name => names.Tasks.Before(name) ?? "");
        foreach (var gone in _from.All.Where(section =>
            section.Kind == ModelSectionKind.Floats && _to.All.All(other => other.Name != section.Name)))
            Report(gone.Name, MigrationOutcome.Dropped, "the new model does not have it", null);
        after.Load(_to);
    }

    private List<ModelSection> Floats(SectionRole role) =>
        [.. _to.All.Where(section => section.Kind == ModelSectionKind.Floats && section.Role == role)];

    private void Take(
        ModelSection section, Dictionary<string, ModelSectionLayout> was, Dictionary<string, ModelSectionLayout> now)
    {
        var old = _from.All.FirstOrDefault(other => other.Name == section.Name && other.Kind == ModelSectionKind.Floats);
        var (from, to) = (was.GetValueOrDefault(section.Name), now.GetValueOrDefault(section.Name));
        if (old is null || from is null || to is null || from.Meaning != to.Meaning)
        {
            var reason = old is null ? "the old model does not have it"
                : from is null || to is null ? "the model does not say what it belongs to"
                : $"it was of '{from.Meaning}' and is of '{to.Meaning}'";
            Report(section.Name, MigrationOutcome.New, reason, 0);
            return;
        }
        var numbers = SectionBytes.ToFloats(section.Data.Span).ToArray();
        var migration = new SectionMigration(from, to, names.RangeBefore, section.Role == SectionRole.Weights);
        migration.Run(SectionBytes.ToFloats(old.Data.Span), numbers);
        Replace(section, numbers);
        var isWhole = migration.IsIdentity(from);
        var outcome = isWhole ? MigrationOutcome.Kept : migration.Kept > 0 ? MigrationOutcome.KeptInPart : MigrationOutcome.New;
        var begun = string.Join(", ", migration.New);
        var what = begun.Length > 0 ? $"new: {begun}" : "in other places";
        Report(section.Name, outcome, isWhole ? "" : $"of {numbers.Length}; {what}", migration.Kept);
    }

    private void Replace(ModelSection section, float[] numbers)
    {
        _to.Remove(section.Name);
        _to.AddFloats(section.Name, section.Role, section.Shape, numbers);
    }

    private static Dictionary<string, ModelSectionLayout> LayoutsOf(OnlineModel model)
    {
        var layouts = model.SectionLayouts.ToDictionary(layout => layout.Section, StringComparer.Ordinal);
        var sections = new ModelSections();
        model.Save(sections);
        foreach (var layout in layouts.Values)
        {
            var floats = sections.All.FirstOrDefault(section => section.Name == layout.Section && section.Kind == ModelSectionKind.Floats);
            var count = floats is null ? -1 : floats.Data.Length / sizeof(float);
            if (count == layout.Count && layout.Tail >= 0) continue;
            throw new InvalidOperationException(
                $"The layout of section '{layout.Section}' of model '{model.Name}' says {layout.Count} floats, and the section has "
                + $"{(count < 0 ? "none" : $"{count}")}.");
        }
        return layouts;
    }

    private void TakeDerived()
    {
        if (after.DerivedFeatures is not { } derived) return;
        foreach (var (name, isTaken) in derived.TakeFrom(before.DerivedFeatures, name => names.Slots.Before(name) ?? ""))
        {
            report.Add(new()
            {
                Kind = MigratedPartKind.Derived,
                Name = name,
                Outcome = isTaken ? MigrationOutcome.Kept : MigrationOutcome.New,
                Reason = isTaken ? "" : "the old schema does not derive it in the same way",
            });
        }
    }

    private void TakeCalibration()
    {
        after.Calibration = before.Calibration?.For(before.Schema, after.Schema, name => names.Tasks.Before(name) ?? "");
        if (before.Calibration is null) return;
        foreach (var task in after.Schema.Tasks)
        {
            var isKept = before.Schema.Tasks.Any(
                other => other.Name == names.Tasks.Before(task.Name) && other.Correction == task.Correction);
            report.Add(new()
            {
                Kind = MigratedPartKind.Calibration,
                Name = task.Name,
                Outcome = isKept ? MigrationOutcome.Kept : MigrationOutcome.New,
                Reason = isKept ? "" : "the old schema has no such task",
            });
        }
    }

    private void ReportAll(MigrationOutcome outcome, string reason)
    {
        foreach (var section in _to.All.Where(section => section.Kind == ModelSectionKind.Floats))
            Report(section.Name, outcome, reason, outcome == MigrationOutcome.Kept ? section.Data.Length / sizeof(float) : 0);
    }

    private void Report(string section, MigrationOutcome outcome, string reason, long? kept) => report.Add(new()
    {
        Kind = MigratedPartKind.Dense,
        Name = section,
        Outcome = outcome,
        Reason = reason,
        Rows = kept,
        Bytes = _to.All.FirstOrDefault(s => s.Name == section)?.Data.Length,
    });
}
