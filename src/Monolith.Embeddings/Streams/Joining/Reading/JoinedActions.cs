using Monolith.Embeddings.Features;

namespace Monolith.Embeddings.Streams;

/// <summary>How a joiner reads actions. Immutable; thread-safe if the delegates are.</summary>
/// <typeparam name="TKey">The key that an impression and its actions have.</typeparam>
/// <typeparam name="TAction">The application's action.</typeparam>
public sealed class JoinedActions<TKey, TAction>
{
    private readonly LabelTask[] _tasks;

    /// <summary>Actions that all say the same: the label of a task is 1.</summary>
    /// <param name="task">The task.</param>
    /// <param name="key">The key of an action.</param>
    /// <param name="time">When an action happened; rounded down to milliseconds.</param>
    public JoinedActions(LabelTask task, Func<TAction, TKey> key, Func<TAction, DateTimeOffset> time)
        : this([task], key, time, _ => new JoinedLabel(task))
    {
    }

    /// <summary>Actions that say several things.</summary>
    /// <param name="tasks">
    /// The tasks that actions are labels of, at least one. An example has their default label where no action came; other tasks keep what
    /// the encoder of impressions wrote.
    /// </param>
    /// <param name="key">The key of an action.</param>
    /// <param name="time">When an action happened; rounded down to milliseconds.</param>
    /// <param name="label">Which label an action is.</param>
    /// <exception cref="ArgumentException">There are no tasks, or one twice.</exception>
    public JoinedActions(
        IEnumerable<LabelTask> tasks, Func<TAction, TKey> key, Func<TAction, DateTimeOffset> time, Func<TAction, JoinedLabel> label)
    {
        ArgumentNullException.ThrowIfNull(tasks);
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(time);
        ArgumentNullException.ThrowIfNull(label);
        LabelTask[] all = [.. tasks];
        if (all.Length == 0) throw new ArgumentException("Name at least one task that actions are labels of.", nameof(tasks));
        foreach (var task in all)
        {
            if (task is null || Array.IndexOf(all, task) != Array.LastIndexOf(all, task))
                throw new ArgumentException($"The task '{task?.Name}' is null, or named twice.", nameof(tasks));
        }
        (_tasks, Key, Time, Label) = (all, key, time, label);
    }

    /// <summary>The tasks that actions are labels of.</summary>
    public IReadOnlyList<LabelTask> Tasks => _tasks;

    /// <summary>The key of an action.</summary>
    public Func<TAction, TKey> Key { get; }

    /// <summary>When an action happened.</summary>
    public Func<TAction, DateTimeOffset> Time { get; }

    /// <summary>Which label an action is.</summary>
    public Func<TAction, JoinedLabel> Label { get; }

    /// <exception cref="ArgumentException">The label is no number, or of a task that is not joined.</exception>
    internal void Require(JoinedLabel label)
    {
        if (!float.IsFinite(label.Value)) throw new ArgumentException($"The label of an action is {label.Value:R}, which is no number.");
        foreach (var task in _tasks)
        {
            if (ReferenceEquals(task, label.Task)) return;
        }
        throw new ArgumentException(
            $"An action is of the task '{label.Task?.Name}', which is not among those that {nameof(JoinedActions<,>)} names.");
    }
}
