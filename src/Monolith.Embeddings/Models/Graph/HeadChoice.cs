using Monolith.Embeddings.Features;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Models.Graph;

/// <summary>Finds the tasks that options name in a schema.</summary>
internal static class HeadChoice
{
    /// <summary>The tasks to learn, in the schema's order. Adds a message for each name that does not fit.</summary>
    public static List<LabelTask> TasksOf(FeatureSchema schema, OnlineModelOptions options, OptionErrors errors)
    {
        errors.Require(schema.Tasks.Count > 0, nameof(OnlineModelOptions.Tasks),
            "the schema has no task to learn; add one by FeatureSchemaBuilder.Task.");
        foreach (var name in options.Tasks ?? [])
        {
            errors.Require(name is null || schema.Tasks.Any(task => task.Name == name), nameof(OnlineModelOptions.Tasks),
                $"'{name}' is not a task of the schema, which has {NamesOf(schema.Tasks)}.");
        }
        List<LabelTask> learned = [.. schema.Tasks.Where(task => options.Tasks is not { Count: > 0 } names || names.Contains(task.Name))];
        RequireLearned(options.TaskWeights?.Keys, nameof(OnlineModelOptions.TaskWeights), learned, errors);
        RequireLearned(options.InitialBiases?.Keys, nameof(OnlineModelOptions.InitialBiases), learned, errors);
        if (options.ReportedTask is { } reported)
            RequireLearned([reported], nameof(OnlineModelOptions.ReportedTask), learned, errors);
        return learned;
    }

    private static void RequireLearned(
        IEnumerable<string>? names, string option, List<LabelTask> learned, OptionErrors errors)
    {
        foreach (var name in names ?? [])
        {
            errors.Require(learned.Exists(task => task.Name == name), option,
                $"'{name}' is not a task that the model learns; it learns {NamesOf(learned)}.");
        }
    }

    private static string NamesOf(IReadOnlyList<LabelTask> tasks) =>
        string.Join(", ", tasks.Select(task => $"'{task.Name}'").DefaultIfEmpty("none"));
}
