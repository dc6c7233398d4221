using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models.Graph;
using Monolith.Embeddings.Models.Sections;

namespace Monolith.Embeddings.Models;

public abstract partial class BuiltInModel
{
    /// <inheritdoc />
    public sealed override IReadOnlyList<ModelSectionLayout> SectionLayouts =>
        [.. _graph.Parameters.SelectMany(parameter => parameter.Layouts(RowsOf(parameter), ColumnsOf(parameter)))];

    internal sealed override IReadOnlyList<string>? ElementsOf(string segment)
    {
        // A bias that several tasks share is of none of them.
        var heads = _graph.Inputs.Heads.Count;
        if (segment != RowBuilder.BiasName || _graph.Inputs.Bias.Columns[0].Dimension != heads) return null;
        return [.. Heads.Ranges.Select(head => head.Name)];
    }

    internal sealed override void BeginStates(ModelSections sections)
    {
        foreach (var parameter in _graph.Parameters) parameter.BeginState(sections);
    }

    internal sealed override void TakeCounts(
        OnlineModel before, ModelSections from, ModelSections to, Func<string, string> names)
    {
        if (before is not BuiltInModel other) return;
        to.Remove(BuiltInSections.Step);
        to.AddNumber(BuiltInSections.Step, SectionRole.TrainingState, from.Number(BuiltInSections.Step));
        _start.TakeFrom(other._start, from, to, names);
    }

    private ModelSectionAxis Heads
    {
        get
        {
            var tasks = _graph.Inputs.Heads.Tasks;
            return new(
            [
                .. tasks.Select(head => new ModelSectionRange($"task '{head.Task.Name}'", 1)),
                .. tasks.Where(head => head.LogRate >= 0).Select(head => new ModelSectionRange($"task '{head.Task.Name}', log rate", 1)),
            ]);
        }
    }

    private ModelSectionAxis RowsOf(Parameter parameter)
    {
        if (parameter == _graph.Linear.Parameter)
            return new([new ModelSectionRange("global bias", 1), .. DenseRanges()]) { BeginsAtZero = true };
        if (parameter == _graph.Interaction?.Parameter) return new(new ModelSectionRange("element", parameter.Rows));
        var inputs = parameter == _graph.Perceptron!.Layers[0].Parameter
            ? _graph.Inputs.Vector!.Columns.SelectMany(RangesOf).Concat(DenseRanges())
            : [new ModelSectionRange("unit", parameter.Rows - 1)];
        return new([.. inputs, new ModelSectionRange("bias", 1)]) { BeginsAtZero = true };
    }

    private ModelSectionAxis ColumnsOf(Parameter parameter) =>
        _graph.Perceptron is { } perceptron && perceptron.Layers.Any(layer => layer.Parameter == parameter)
        && parameter != perceptron.Layers[^1].Parameter
            ? new(new ModelSectionRange("unit", parameter.Columns))
            : Heads;

    private IEnumerable<ModelSectionRange> DenseRanges() =>
    [
        new ModelSectionRange("dense features", Schema.DenseWidth),
        .. Schema.DerivedDense.Select(derived => new ModelSectionRange($"dense feature '{derived.Name}', {derived.Description}", 1)),
    ];

    // Each id of a slot that lays them side by side has places of its own, so that a changed dimension moves none to another id.
    private static IEnumerable<ModelSectionRange> RangesOf(SegmentColumns columns) => columns.Slot.Pooling == Pooling.FirstN
        ? Enumerable.Range(0, columns.Slot.MaxIds).Select(id =>
            new ModelSectionRange($"slot '{columns.Slot.Name}', id {id}", columns.Dimension))
        : [new ModelSectionRange($"slot '{columns.Slot.Name}'", columns.Width)];
}
