using Monolith.Embeddings.Features;
using Monolith.Embeddings.Kernels.Functions;
using Monolith.Embeddings.Models.Sections;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Models.Graph;

/// <summary>
/// Where the global biases of a model begin: over its first examples a task's bias follows the log-odds of their labels, on top of what it
/// learns. An example moves it after it was predicted. Not thread-safe.
/// </summary>
/// <param name="heads">The tasks, and what the log-odds begin at.</param>
/// <param name="examples">How many labelled examples of a task it follows; 0 for none.</param>
internal sealed class BiasStart(ModelHeads heads, int examples)
{
    private const double LargestWeight = 1e9, MaxLogit = 16;

    private readonly double[] _positives = new double[heads.Tasks.Length], _negatives = new double[heads.Tasks.Length];
    private readonly long[] _counts = new long[heads.Tasks.Length];
    private readonly double[] _starts = [.. heads.Tasks.Select(head => (double)head.InitialBias)];

    /// <summary>Follows the labels of a batch that was learned from.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="biases">The global biases, by head.</param>
    public void Follow(ExampleBatch batch, Span<float> biases)
    {
        for (var i = 0; i < _counts.Length; i++)
        {
            if (_counts[i] >= examples) continue;
            var head = heads.Tasks[i];
            Count(batch, head.Task, i);
            if (_counts[i] == 0) continue;
            var odds = (_positives[i] + 0.5) / (_negatives[i] + 0.5);
            var start = Math.Clamp(LogitOf(head.Task, odds), -MaxLogit, MaxLogit);
            biases[head.Logit] += (float)(start - _starts[i]);
            _starts[i] = start;
        }
    }

    /// <summary>Puts how far it has come into the sections of the model, where it goes on.</summary>
    public void Save(ModelSections sections)
    {
        Save(sections, [.. _counts.Select((count, i) => (count, _positives[i], _negatives[i], _starts[i]))]);
    }

    /// <summary>
    /// Puts into the sections of this model how far another one has come with the tasks that both have; the others begin.
    /// </summary>
    /// <param name="other">The other model's.</param>
    /// <param name="from">Its sections.</param>
    /// <param name="to">The sections of this model.</param>
    /// <param name="names">For the name of a task, what the other model calls it.</param>
    public void TakeFrom(BiasStart other, ModelSections from, ModelSections to, Func<string, string> names)
    {
        var begun = from.Contains(BuiltInSections.BiasStart) ? other.Read(from) : null;
        var taken = heads.Tasks.Select(head => (0L, 0.0, 0.0, (double)head.InitialBias)).ToArray();
        for (var i = 0; i < taken.Length; i++)
        {
            var place = other.PlaceOf(names(heads.Tasks[i].Task.Name));
            if (place >= 0) taken[i] = begun is null ? (long.MaxValue, 0, 0, 0) : begun[place];
        }
        to.Remove(BuiltInSections.BiasStart);
        Save(to, taken);
    }

    /// <summary>Reads what <see cref="Save(ModelSections)"/> put in; a model that was saved without it has begun already.</summary>
    /// <returns>What <see cref="Take"/> takes once all of the model was read.</returns>
    /// <exception cref="InvalidDataException">It is of a model with other tasks, or damaged.</exception>
    public (long Count, double Positives, double Negatives, double Start)[] Read(ModelSections sections)
    {
        if (!sections.Contains(BuiltInSections.BiasStart)) return [.. _counts.Select(_ => ((long)examples, 0.0, 0.0, 0.0))];
        try
        {
            var fields = new FieldReader(sections.Bytes(BuiltInSections.BiasStart));
            var tasks = fields.Int32();
            if (tasks != _counts.Length) throw new FormatException($"There are biases of {tasks} tasks; the model has {_counts.Length}.");
            var read = new (long, double, double, double)[tasks];
            for (var i = 0; i < tasks; i++)
            {
                var (count, positives, negatives, start) = (fields.Int64(), fields.Double(), fields.Double(), fields.Double());
                if (!(count >= 0 && positives >= 0 && negatives >= 0 && Math.Abs(start) < double.PositiveInfinity))
                    throw new FormatException($"Bias {i} has seen {count} examples and begun at {start:R}.");
                read[i] = (count, positives, negatives, start);
            }
            fields.End();
            return read;
        }
        catch (FormatException cause)
        {
            throw new InvalidDataException($"How the global biases begin cannot be read. {cause.Message}", cause);
        }
    }

    /// <summary>Goes on from there.</summary>
    public void Take((long Count, double Positives, double Negatives, double Start)[] read)
    {
        for (var i = 0; i < read.Length; i++) (_counts[i], _positives[i], _negatives[i], _starts[i]) = read[i];
    }

    private int PlaceOf(string task) => Array.FindIndex(heads.Tasks, head => head.Task.Name == task);

    private void Save(ModelSections sections, (long Count, double Positives, double Negatives, double Start)[] begun)
    {
        if (begun.All(task => task.Count >= examples)) return;
        var fields = new FieldWriter();
        fields.Int32(begun.Length);
        foreach (var (count, positives, negatives, start) in begun)
        {
            fields.Int64(count);
            fields.Double(positives);
            fields.Double(negatives);
            fields.Double(start);
        }
        sections.AddBytes(BuiltInSections.BiasStart, SectionRole.TrainingState, fields.Written);
    }

    // An offset o multiplies the odds of a row by e^o: a negative counts e^o, so that both sums are those without offsets.
    private void Count(ExampleBatch batch, LabelTask task, int place)
    {
        var labels = batch.Labels(task);
        var offsets = batch.LogitOffsets(task);
        var weights = batch.Weights;
        for (var row = 0; row < labels.Length && _counts[place] < examples; row++)
        {
            if (float.IsNaN(labels[row])) continue;
            var (positive, negative) = (weights[row] * labels[row], weights[row] * (1 - (double)labels[row]));
            var offset = task.Correction == FeedbackCorrection.DelayModel ? 0 : offsets[row];
            negative *= ExactMath.Exp(Math.Clamp(offset, -40, 40));
            if (!(positive + negative is >= 0 and <= LargestWeight)) continue;
            (_positives[place], _negatives[place]) = (_positives[place] + positive, _negatives[place] + negative);
            _counts[place]++;
        }
    }

    private static double LogitOf(LabelTask task, double odds) => task.Correction == FeedbackCorrection.FakeNegativeWeighting
        ? WeightedNegativesRule.LogitOfStreamOdds(odds)
        : LogLossRule.LogitOfStreamOdds(odds);
}
