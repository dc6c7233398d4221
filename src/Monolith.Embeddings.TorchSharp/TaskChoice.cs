using Monolith.Embeddings.Features;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.TorchSharp;

/// <summary>Finds the tasks that options name in a schema.</summary>
internal static class TaskChoice
{
    /// <summary>The tasks to learn, in the schema's order. Adds a message for each name that does not fit.</summary>
    public static LabelTask[] Of(FeatureSchema schema, TorchModelOptions options, OptionErrors errors)
    {
        errors.Require(schema.Tasks.Count > 0, nameof(TorchModelOptions.Tasks),
            "the schema has no task to learn; add one by FeatureSchemaBuilder.Task.");
        foreach (var name in options.Tasks ?? [])
        {
            errors.Require(name is null || schema.Tasks.Any(task => task.Name == name), nameof(TorchModelOptions.Tasks),
                $"'{name}' is not a task of the schema, which has {NamesOf(schema.Tasks)}.");
        }
        LabelTask[] learned =
            [.. schema.Tasks.Where(task => options.Tasks is not { Count: > 0 } names || names.Contains(task.Name))];
        var others = (options.TaskWeights?.Keys ?? []).Select(name => (nameof(TorchModelOptions.TaskWeights), name));
        if (options.ReportedTask is { } reported) others = others.Append((nameof(TorchModelOptions.ReportedTask), reported));
        foreach (var (option, name) in others)
        {
            errors.Require(Array.Exists(learned, task => task.Name == name), option,
                $"'{name}' is not a task that the model learns; it learns {NamesOf(learned)}.");
        }
        return learned;
    }

    private static string NamesOf(IReadOnlyList<LabelTask> tasks) =>
        string.Join(", ", tasks.Select(task => $"'{task.Name}'").DefaultIfEmpty("none"));
}
