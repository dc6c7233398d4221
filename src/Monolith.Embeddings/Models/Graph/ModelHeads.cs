using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models.Sections;

namespace Monolith.Embeddings.Models.Graph;

/// <summary>
/// The numbers that a model computes of each row: first the logits of the learned tasks, in the schema's order, then the logarithms of the
/// rates of those that learn delays.
/// </summary>
internal sealed class ModelHeads
{
    private readonly FeatureSchema _schema;

    public ModelHeads(FeatureSchema schema, IReadOnlyList<LabelTask> tasks, OnlineModelOptions options)
    {
        _schema = schema;
        Tasks = new TaskHead[tasks.Count];
        Count = tasks.Count;
        for (var i = 0; i < tasks.Count; i++)
        {
            var head = new TaskHead(tasks[i], i, options.WeightOf(tasks[i].Name), options.InitialBiasOf(tasks[i].Name));
            Tasks[i] = tasks[i].Correction == FeedbackCorrection.DelayModel
                ? head with { LogRate = Count++, Output = new ModelOutput(LogRateName(tasks[i]), 1, tasks[i]) }
                : head;
        }
        Learned = Array.AsReadOnly<LabelTask>([.. tasks]);
        Outputs = Array.AsReadOnly<ModelOutput>([.. Tasks.Where(head => head.Output is not null).Select(head => head.Output!)]);
        Names = NamesOf(tasks);
        ReportedHead = Tasks.FirstOrDefault(head => head.Task.Name == options.ReportedTask) ?? Tasks[0];
    }

    /// <summary>How many numbers there are: at least 1.</summary>
    public int Count { get; }

    public TaskHead[] Tasks { get; }

    public IReadOnlyList<LabelTask> Learned { get; }

    /// <summary>The head of the reported task.</summary>
    public TaskHead ReportedHead { get; }

    /// <summary>What is handed out beside the logits.</summary>
    public IReadOnlyList<ModelOutput> Outputs { get; }

    /// <summary>What each number is called.</summary>
    public string[] Names { get; }

    /// <summary>Whether the numbers of a row are the logits of all tasks of the schema, as they stand there.</summary>
    public bool AreAllTasks => Count == _schema.Tasks.Count && Tasks.Length == Count;

    // Files of models with one head were written before there were several, and name none.
    private bool AreNamed => Count > 1;

    /// <summary>What the head of a delay's rate is called. Stored: it must stay.</summary>
    public static string LogRateName(LabelTask task) => $"log rate of {task.Name}";

    /// <summary>What the heads for some tasks are called, in their order.</summary>
    public static string[] NamesOf(IReadOnlyCollection<LabelTask> tasks) =>
    [
        .. tasks.Select(task => task.Name),
        .. tasks.Where(task => task.Correction == FeedbackCorrection.DelayModel).Select(LogRateName),
    ];

    /// <summary>Writes the heads of all rows to where a caller wants them.</summary>
    /// <param name="space">Holds them.</param>
    /// <param name="logits">Receives the logits, [rows, tasks of the schema]; NaN for tasks that are not learned.</param>
    /// <param name="outputs">Receives the rates; null where they are not asked for.</param>
    public void Write(Workspace space, Span<float> logits, ModelOutputBlocks? outputs)
    {
        if (AreAllTasks) space.Logits.AsSpan(0, space.Rows * Count).CopyTo(logits);
        else
        {
            logits.Fill(float.NaN);
            foreach (var head in Tasks)
                CopyColumn(space, head.Logit, logits[Math.Min(head.Task.Index, logits.Length)..], _schema.Tasks.Count);
        }
        if (outputs is null) return;
        foreach (var head in Tasks)
        {
            if (head.Output is not null) CopyColumn(space, head.LogRate, outputs.Block(head.Output), step: 1);
        }
    }

    public void Save(ModelSections sections)
    {
        for (var i = 0; AreNamed && i < Count; i++) sections.AddText(BuiltInSections.Head(i), SectionRole.Weights, Names[i]);
    }

    /// <exception cref="InvalidDataException">The sections are of a model with other heads.</exception>
    public void Check(ModelSections sections)
    {
        for (var i = 0; AreNamed && i < Count; i++)
        {
            var name = sections.Text(BuiltInSections.Head(i));
            if (name == Names[i]) continue;
            throw new InvalidDataException(
                $"The sections are of another model: '{BuiltInSections.Head(i)}' is '{name}', but '{Names[i]}' is needed. Give the model "
                + $"the {nameof(OnlineModelOptions.Tasks)} that it was saved with.");
        }
    }

    private void CopyColumn(Workspace space, int head, Span<float> destination, int step)
    {
        for (var row = 0; row < space.Rows; row++) destination[row * step] = space.Logits[row * Count + head];
    }
}
