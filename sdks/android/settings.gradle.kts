// Makes the AAR for publishing. The tests do not run this build: Maven's pom.xml stands beside it for them.
pluginManagement {
    repositories {
        google()
        mavenCentral()
        gradlePluginPortal()
    }
}
dependencyResolutionManagement {
    repositories {
        google()
        mavenCentral()
    }
}
rootProject.name = "openbook-android"
include(":core", ":android", ":example")
