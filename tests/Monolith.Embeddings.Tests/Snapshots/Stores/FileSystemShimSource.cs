namespace Monolith.Embeddings.Tests.Snapshots.Stores;

/// <summary>
/// The text of <see cref="FileSystemShim"/>'s library. <c>SHIM_FILE_SYSTEM</c>: the type that each file system says it is, in hexadecimal
/// digits. <c>SHIM_NO_LOCKS</c>: no file can be locked. <c>SHIM_FAIL</c>: "call error every folder": one of every so many such calls in the
/// folder fails. A file whose flush failed must never be flushed again: the process then ends with exit code 99.
/// </summary>
internal static class FileSystemShimSource
{
    public const string Text = """
        #define _GNU_SOURCE
        #include <dlfcn.h>
        #include <errno.h>
        #include <fcntl.h>
        #include <limits.h>
        #include <pthread.h>
        #include <stdarg.h>
        #include <stdio.h>
        #include <stdlib.h>
        #include <string.h>
        #include <sys/stat.h>
        #include <sys/statfs.h>
        #include <unistd.h>

        #define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

        static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
        static char failed[4096][PATH_MAX / 8];
        static int failures, calls;

        static int fails(const char *call, const char *path)
        {
            char wanted[16], folder[PATH_MAX];
            int error, every, hit;
            const char *setting = getenv("SHIM_FAIL");
            if (!setting || sscanf(setting, "%15s %d %d %4095s", wanted, &error, &every, folder) != 4) return 0;
            if (strcmp(call, wanted) || strncmp(path, folder, strlen(folder))) return 0;
            pthread_mutex_lock(&gate);
            /* Each process begins elsewhere, so that runs do not all end at the same call. */
            if (!calls) calls = getpid() % every;
            hit = ++calls % every == 0;
            pthread_mutex_unlock(&gate);
            if (hit) errno = error;
            return hit;
        }

        static const char *path_of(int file, char *path)
        {
            char link[64];
            snprintf(link, sizeof link, "/proc/self/fd/%d", file);
            ssize_t length = readlink(link, path, PATH_MAX - 1);
            path[length < 0 ? 0 : length] = 0;
            return path;
        }

        static void flushed(int file, const char *path, int hit)
        {
            struct stat is;
            if (fstat(file, &is) || !S_ISREG(is.st_mode)) return;
            pthread_mutex_lock(&gate);
            for (int i = 0; i < failures; i++)
                if (!strcmp(failed[i], path)) _exit(99);
            if (hit && failures < 4096) strncpy(failed[failures++], path, sizeof failed[0] - 1);
            pthread_mutex_unlock(&gate);
        }

        int fsync(int file)
        {
            char path[PATH_MAX];
            int hit = fails("fsync", path_of(file, path));
            flushed(file, path, hit);
            if (hit) errno = atoi(strchr(getenv("SHIM_FAIL"), ' '));
            return hit ? -1 : NEXT(fsync)(file);
        }

        ssize_t pwrite64(int file, const void *bytes, size_t count, off64_t at)
        {
            char path[PATH_MAX];
            return fails("write", path_of(file, path)) ? -1 : NEXT(pwrite64)(file, bytes, count, at);
        }

        ssize_t pread64(int file, void *bytes, size_t count, off64_t at)
        {
            char path[PATH_MAX];
            return fails("read", path_of(file, path)) ? -1 : NEXT(pread64)(file, bytes, count, at);
        }

        ssize_t write(int file, const void *bytes, size_t count)
        {
            char path[PATH_MAX];
            return fails("write", path_of(file, path)) ? -1 : NEXT(write)(file, bytes, count);
        }

        int rename(const char *from, const char *to) { return fails("rename", from) ? -1 : NEXT(rename)(from, to); }

        int unlink(const char *path) { return fails("unlink", path) ? -1 : NEXT(unlink)(path); }

        int open64(const char *path, int flags, ...)
        {
            va_list rest;
            va_start(rest, flags);
            mode_t mode = va_arg(rest, mode_t);
            va_end(rest);
            return fails(flags & O_CREAT ? "create" : "open", path) ? -1 : NEXT(open64)(path, flags, mode);
        }

        int flock(int file, int operation)
        {
            char path[PATH_MAX];
            if (getenv("SHIM_NO_LOCKS")) return errno = ENOLCK, -1;
            return fails("lock", path_of(file, path)) ? -1 : NEXT(flock)(file, operation);
        }

        static int pretend(int code, long *type)
        {
            const char *wanted = getenv("SHIM_FILE_SYSTEM");
            if (code == 0 && wanted) *type = strtol(wanted, 0, 16);
            return code;
        }

        int fstatfs(int file, struct statfs *told) { return pretend(NEXT(fstatfs)(file, told), (long *)&told->f_type); }

        int fstatfs64(int file, struct statfs64 *told) { return pretend(NEXT(fstatfs64)(file, told), (long *)&told->f_type); }
        """;
}
